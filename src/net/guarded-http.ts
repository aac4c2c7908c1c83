import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { LookupFunction } from "node:net";
import { type CheckedAddress, findAddresses, type Refusal, type TargetRules } from "./target.ts";

export interface GuardedRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** The only limit of time: of the whole exchange, the look-up of the name too. */
  readonly signal: AbortSignal;
}

/** Why an exchange did not come to its end. */
export type ExchangeFailure =
  | Refusal
  | "CONNECTION_FAILED"
  | "TLS_FAILED"
  | "NO_ANSWER"
  | "ANSWER_CUT_OFF"
  | "TIMEOUT";

/** What came of one exchange. */
export interface Exchanged {
  /** Null: no answer began. */
  readonly status: number | null;
  /** Null: an answer came, whole or as much of it as is read. */
  readonly failure: ExchangeFailure | null;
  /** Empty when there was none. */
  readonly retryAfter: string;
  /** The beginning of the answer's body. */
  readonly body: Uint8Array;
}

/** Neither throws for what the network or the other side does. */
export interface GuardedHttp {
  get(request: GuardedRequest): Promise<Exchanged>;
  post(request: GuardedRequest & { readonly body: string }): Promise<Exchanged>;
}

export interface GuardedHttpOptions extends TargetRules {
  /** An answer is read so far and no further (bytes). */
  readonly maxAnswerBytes: number;
}

/**
 * The one way to a URL that a merchant gave. Its name is looked up for each connection, all of its
 * addresses are checked, and the connection goes to one of those that were: nobody can answer one
 * address to the check and another to the dialer. Follows no redirect and keeps no connection.
 */
export function createGuardedHttp(options: GuardedHttpOptions): GuardedHttp {
  const ask = async (request: GuardedRequest, body: string | null): Promise<Exchanged> => {
    const { url, signal } = request;
    const found = await Promise.race([findAddresses(url, options), aborted(signal)]);
    if (found === "TIMEOUT" || signal.aborted) return failed("TIMEOUT");
    if (typeof found === "string") return failed(found);
    return exchange(request, body, found, options.maxAnswerBytes);
  };
  return {
    get: (request) => ask(request, null),
    post: (request) => ask(request, request.body),
  };
}

function failed(failure: ExchangeFailure, status: number | null = null): Exchanged {
  return { status, failure, retryAfter: "", body: new Uint8Array() };
}

function aborted(signal: AbortSignal): Promise<"TIMEOUT"> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve("TIMEOUT");
    else signal.addEventListener("abort", () => resolve("TIMEOUT"), { once: true });
  });
}

function exchange(
  { url, headers, signal }: GuardedRequest,
  body: string | null,
  addresses: readonly CheckedAddress[],
  maxBytes: number,
): Promise<Exchanged> {
  return new Promise((resolve) => {
    const isTls = url.protocol === "https:";
    /** How far it came: what fails then tells why. */
    let stage: "CONNECTION_FAILED" | "TLS_FAILED" | "NO_ANSWER" = "CONNECTION_FAILED";
    let isAnswering = false;
    const fail = () => {
      if (!isAnswering) resolve(failed(signal.aborted ? "TIMEOUT" : stage));
    };
    const outgoing = (isTls ? httpsRequest : httpRequest)(url, {
      method: body === null ? "GET" : "POST",
      // A new connection for each exchange: one that was checked for another may lead elsewhere by now.
      agent: false,
      lookup: answering(addresses),
      headers: {
        ...headers,
        "accept-encoding": "identity",
        ...(body !== null && { "content-length": Buffer.byteLength(body) }),
        connection: "close",
      },
      signal,
    });
    outgoing.once("socket", (socket) => {
      socket.once("connect", () => {
        stage = isTls ? "TLS_FAILED" : "NO_ANSWER";
      });
      socket.once("secureConnect", () => {
        stage = "NO_ANSWER";
      });
    });
    outgoing.on("error", fail);
    outgoing.on("close", fail);
    outgoing.on("response", (incoming) => {
      isAnswering = true;
      const status = incoming.statusCode ?? 0;
      const { "retry-after": retryAfter = "" } = incoming.headers;
      readHead(incoming, maxBytes).then(
        (head) => resolve({ status, failure: null, retryAfter, body: head }),
        () => resolve(failed(signal.aborted ? "TIMEOUT" : "ANSWER_CUT_OFF", status)),
      );
    });
    outgoing.end(body ?? undefined);
  });
}

/** A look-up that knows the addresses already. */
function answering(addresses: readonly CheckedAddress[]): LookupFunction {
  return (_name, options, callback) => {
    const [first] = addresses;
    if (first === undefined) callback(new Error("no address"), "", 4);
    else if (options.all === true) callback(null, [...addresses]);
    else callback(null, first.address, first.family);
  };
}

/** The body, or as much of it as is read. @throws when it ended before its end */
async function readHead(incoming: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size >= maxBytes) {
      incoming.destroy();
      return Buffer.concat(chunks).subarray(0, maxBytes);
    }
  }
  // A body that was cut off ends without an error where its length was not told.
  if (!incoming.complete) throw new Error("the answer was cut off");
  return Buffer.concat(chunks);
}
