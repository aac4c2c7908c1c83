import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { LIMITS } from "./limits.ts";
import { jsonReply } from "./reply.ts";
import type { NothingHappenedHeader, SandboxAnswer, SandboxFace } from "./wire.ts";

const NOTHING_HAPPENED: NothingHappenedHeader = "x-sandbox-nothing-happened";

/**
 * The processor behind a real HTTP server, not listening yet. Faults become real ones: a lost answer
 * is a reset connection. A listening server cannot refuse a connection, so that is a 503 that promises
 * that nothing has happened. There is no authentication: listen on loopback only.
 */
export function createSandboxServer(processor: SandboxFace): Server {
  const server = createServer(
    {
      maxHeaderSize: LIMITS.headerBytes,
      headersTimeout: LIMITS.headersMs,
      requestTimeout: LIMITS.requestMs,
      keepAliveTimeout: LIMITS.keepAliveMs,
    },
    (request, response) => {
      serve(processor, request, response).catch(() => request.socket.destroy());
    },
  );
  server.maxConnections = LIMITS.connections;
  return server;
}

async function serve(
  processor: SandboxFace,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method } = request;
  if (method !== "GET" && method !== "POST") {
    return write(response, refuse(405, "method_not_allowed", "Only GET and POST are taken."));
  }
  // Asking for this type keeps web pages of other origins out: it needs a preflight.
  const type = request.headers["content-type"] ?? "";
  if (method === "POST" && !/^application\/json\s*(;|$)/i.test(type)) {
    return write(response, refuse(415, "unsupported_media_type", "Send application/json."));
  }
  const body = await readAll(request);
  if (body === undefined) {
    return write(response, refuse(413, "body_too_large", "The body is too large."));
  }
  const answer = await processor.handle({
    method,
    path: request.url ?? "/",
    headers: flatten(request),
    body,
  });
  if (answer.kind === "reply") return write(response, answer);
  if (answer.fault === "lost") {
    request.socket.resetAndDestroy();
    return;
  }
  const reply = refuse(503, "unavailable", "Nothing has happened.");
  write(response, { ...reply, headers: { ...reply.headers, [NOTHING_HAPPENED]: "1" } });
}

/** The body as text; undefined when it is too large, the rest of it being left unread. */
async function readAll(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > LIMITS.bodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function flatten(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return headers;
}

function refuse(status: number, code: string, message: string): SandboxAnswer & { kind: "reply" } {
  return jsonReply(status, JSON.stringify({ error: { code, message, request_id: "" } }));
}

function write(response: ServerResponse, reply: SandboxAnswer & { kind: "reply" }): void {
  // What was not read to its end cannot be followed by another request.
  const close = reply.status === 413 || !response.req.complete;
  response.writeHead(reply.status, { ...reply.headers, ...(close && { connection: "close" }) });
  response.end(reply.body);
}
