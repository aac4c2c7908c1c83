import type { ServerResponse } from "node:http";
import type { EncodedReply } from "./reply.ts";

/** Sends a whole reply. */
export function sendReply(response: ServerResponse, reply: EncodedReply): void {
  response.writeHead(reply.status, { ...reply.headers, "content-length": reply.raw.length });
  response.end(reply.raw);
}

/** Sends a status line and the beginning of a header, and ends the connection. */
export function sendHalfHeaders(response: ServerResponse, reply: EncodedReply): void {
  response.socket?.write(`HTTP/1.1 ${reply.status} OK\r\nContent-Type: applica`, () =>
    response.socket?.destroy(),
  );
}

/** Announces the whole body (at least one byte), sends half of it, and ends the connection. */
export function sendHalfBody(response: ServerResponse, reply: EncodedReply): void {
  const length = Math.max(reply.raw.length, 1);
  response.writeHead(reply.status, { ...reply.headers, "content-length": length });
  response.flushHeaders();
  response.write(reply.raw.subarray(0, Math.floor(length / 2)), () => response.socket?.destroy());
}

/** Resets the connection: the other side sees ECONNRESET. */
export function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}
