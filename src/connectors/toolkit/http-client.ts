import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";

export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as it is; absent for none. */
  readonly body?: string | undefined;
  /** The only limit of time. */
  readonly signal: AbortSignal;
}

export interface HttpReply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** UTF-8, whole. */
  readonly body: string;
}

/**
 * There was no reply. `sent` is false only when surely no byte of the request has left: the name did
 * not resolve, the connection was not made, or TLS did not come about.
 */
export class HttpFailure extends Error {
  readonly sent: boolean;

  constructor(sent: boolean, options: ErrorOptions) {
    super(
      sent ? "the request may have arrived, and no reply came" : "the request was not sent",
      options,
    );
    this.name = "HttpFailure";
    this.sent = sent;
  }
}

export interface HttpClient {
  /** @throws HttpFailure */
  send(request: HttpRequest): Promise<HttpReply>;
  close(): void;
}

export interface HttpClientOptions {
  /** A reply larger than this is none that we can use (bytes). */
  readonly maxReplyBytes: number;
  /** Connections to one host at once; more calls wait. */
  readonly maxSockets: number;
}

/** An idle connection is closed after this: before most servers do (milliseconds). */
const IDLE_MS = 4000;

/**
 * The one way to a processor. Follows no redirect, takes no compressed reply, and repeats nothing:
 * whether to call again is the engine's to decide.
 *
 * Connections are kept for requests that only ask. One that changes something gets a connection of its
 * own: on a kept one, a server that closes it while we write cannot be told from an answer that was
 * lost, and a call that was never read would end as unknown.
 */
export function createHttpClient({ maxReplyBytes, maxSockets }: HttpClientOptions): HttpClient {
  const kept = { keepAlive: true, keepAliveMsecs: 1000, maxSockets, timeout: IDLE_MS };
  const own = { keepAlive: false, maxSockets };
  const agents = {
    "http:": { asking: new HttpAgent(kept), changing: new HttpAgent(own), send: httpRequest },
    "https:": { asking: new HttpsAgent(kept), changing: new HttpsAgent(own), send: httpsRequest },
  };

  const send = (request: HttpRequest): Promise<HttpReply> =>
    new Promise((resolve, reject) => {
      const { method, url, headers, body, signal } = request;
      // Until the connection stands, with TLS where there is one, no byte of the request can have left.
      let ready = false;
      const fail = (cause: unknown) => reject(new HttpFailure(ready, { cause }));
      if (signal.aborted) return fail(signal.reason);
      const protocol = url.protocol === "https:" ? "https:" : "http:";
      const agent = agents[protocol];
      const outgoing = agent.send(url, {
        method,
        agent: method === "GET" ? agent.asking : agent.changing,
        headers: {
          ...headers,
          "accept-encoding": "identity",
          ...(body === undefined ? {} : { "content-length": Buffer.byteLength(body) }),
        },
        signal,
      });
      outgoing.once("socket", (socket) => {
        if (!socket.connecting) {
          ready = true;
          return;
        }
        socket.once(protocol === "https:" ? "secureConnect" : "connect", () => {
          ready = true;
        });
      });
      outgoing.on("error", fail);
      outgoing.on("response", (incoming) => readReply(incoming, maxReplyBytes).then(resolve, fail));
      outgoing.end(body);
    });

  return {
    send,
    close: () => {
      for (const { asking, changing } of Object.values(agents)) {
        asking.destroy();
        changing.destroy();
      }
    },
  };
}

async function readReply(incoming: IncomingMessage, maxBytes: number): Promise<HttpReply> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += (chunk as Buffer).length;
    if (size > maxBytes) {
      incoming.destroy();
      throw new Error("the reply is too large");
    }
    chunks.push(chunk as Buffer);
  }
  // A body that was cut off ends without an error where its length was not told.
  if (!incoming.complete) throw new Error("the reply was cut off");
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).flatMap(([name, value]) =>
      typeof value === "string" ? [[name, value]] : [],
    ),
  );
  return {
    status: incoming.statusCode ?? 0,
    headers,
    body: Buffer.concat(chunks).toString("utf8"),
  };
}
