import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { SandboxReply, SandboxRequest } from "../../sandbox-processor/wire.ts";
import { type SandboxTransport, SandboxTransportError } from "./transport.ts";

/** An answer larger than this is none of the sandbox's: a full page of transfers has 100 KiB. */
const MAX_REPLY_BYTES = 1024 * 1024;
/** Enough for the worker; more calls wait in the agent. */
const MAX_SOCKETS = 64;

export interface HttpTransport extends SandboxTransport {
  /** Closes idle connections. */
  close(): void;
}

/**
 * Calls a processor at `baseUrl`. Follows no redirect and repeats nothing. There is no limit of time
 * here: the signal is the limit.
 */
export function createHttpTransport(baseUrl: string): HttpTransport {
  const base = new URL(baseUrl);
  const prefix = base.pathname.replace(/\/$/, "");
  const secure = base.protocol === "https:";
  const send = secure ? httpsRequest : httpRequest;
  // Connections are not kept: one that the other side closes while we write cannot be told from a
  // lost answer, and would make an unknown outcome of a call that was never read.
  const agent = secure ? undefined : new Agent({ keepAlive: false, maxSockets: MAX_SOCKETS });

  const call = (request: SandboxRequest, signal: AbortSignal): Promise<SandboxReply> =>
    new Promise((resolve, reject) => {
      // Until the socket is connected no byte of the request can have left.
      let connected = false;
      const fail = (error: unknown): void => {
        const sent = connected || !isConnectError(error, signal);
        reject(new SandboxTransportError(sent, { cause: error }));
      };
      if (signal.aborted) return fail(signal.reason);
      const outgoing = send({
        host: base.hostname.replace(/^\[|\]$/g, ""),
        port: base.port,
        method: request.method,
        path: prefix + request.path,
        headers: {
          ...request.headers,
          ...(request.body !== "" && { "content-length": Buffer.byteLength(request.body) }),
        },
        agent,
        signal,
      });
      outgoing.on("socket", (socket) => {
        if (!socket.connecting) connected = true;
        socket.once("connect", () => {
          connected = true;
        });
      });
      outgoing.on("error", fail);
      outgoing.on("response", (incoming) => readReply(incoming).then(resolve, fail));
      outgoing.end(request.body);
    });

  return { call, close: () => agent?.destroy() };
}

async function readReply(incoming: IncomingMessage): Promise<SandboxReply> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming) {
    size += chunk.length;
    if (size > MAX_REPLY_BYTES) throw new Error("The reply is too large.");
    chunks.push(chunk);
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (typeof value === "string") headers[name] = value;
  }
  const body = Buffer.concat(chunks).toString("utf8");
  return { kind: "reply", status: incoming.statusCode ?? 0, headers, body };
}

/** Whether an error that came before the connection is one of not getting it. */
function isConnectError(error: unknown, signal: AbortSignal): boolean {
  if (signal.aborted) return true;
  if (error instanceof AggregateError) return error.errors.every((e) => isConnectError(e, signal));
  const syscall = (error as NodeJS.ErrnoException | null)?.syscall;
  return syscall === "connect" || syscall === "getaddrinfo";
}
