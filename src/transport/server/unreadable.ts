import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { OnePortServerOptions, UnreadableStatus } from "./one-port-options.ts";

const STATUS_BY_CODE: Readonly<Record<string, UnreadableStatus>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};

/** Answers HTTP/1.1 that Node's parser has given up on, and ends the connection. */
export function answerUnreadable(
  { code }: { readonly code?: string },
  socket: Socket,
  unreadable: OnePortServerOptions["unreadable"] = plain,
): void {
  // A peer that is gone is told nothing.
  if (code === "ECONNRESET" || socket.destroyed) return;
  const status = STATUS_BY_CODE[code ?? ""] ?? 400;
  if (socket.writable) {
    const { type, body } = unreadable(status);
    socket.write(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: ${type}\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  }
  socket.destroy();
}

/** Answers a request that was read and is refused as if it had not been. */
export function refuseUnreadable(
  status: UnreadableStatus,
  request: IncomingMessage,
  response: ServerResponse,
  unreadable: OnePortServerOptions["unreadable"] = plain,
): void {
  const { type, body } = unreadable(status);
  const headers = { "content-type": type, "content-length": Buffer.byteLength(body) };
  // Who was misunderstood once is not listened to on the same connection: the next bytes may be the
  // rest of this request. HTTP/2 has its frames, and no such header.
  const { httpVersionMajor } = request;
  const isHttp2 = httpVersionMajor === 2 && "stream" in request;
  response.writeHead(status, isHttp2 ? headers : { ...headers, connection: "close" });
  response.end(body);
}

function plain(statusCode: UnreadableStatus) {
  const body = JSON.stringify({ statusCode, message: STATUS_CODES[statusCode] });
  return { type: "application/json", body };
}
