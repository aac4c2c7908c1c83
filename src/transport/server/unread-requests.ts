import type { IncomingMessage, ServerResponse } from "node:http";
import { constants, type Http2ServerRequest } from "node:http2";

/**
 * Requests whose bodies are still to come. When there are too many, the oldest is given up: honest
 * bodies come within a round trip or two, so that whoever lets his drip makes room for the others
 * instead of keeping them out.
 */
export class UnreadRequests {
  readonly #max: number;
  /** In the order in which they came. */
  readonly #unread = new Set<IncomingMessage>();

  constructor(max: number) {
    this.#max = max;
  }

  add(request: IncomingMessage, response: ServerResponse): void {
    if (!hasBody(request)) return;
    this.#unread.add(request);
    const read = (): void => {
      this.#unread.delete(request);
    };
    request.once("end", read);
    response.once("close", read);
    if (this.#unread.size > this.#max) this.#giveUpOldest();
  }

  #giveUpOldest(): void {
    const [oldest] = this.#unread;
    if (oldest === undefined) return;
    this.#unread.delete(oldest);
    if (isHttp2(oldest)) oldest.stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    else oldest.socket.destroy();
  }
}

function hasBody(request: IncomingMessage): boolean {
  if (isHttp2(request)) return !request.stream.endAfterHeaders;
  const length = request.headers["content-length"] ?? "0";
  return length !== "0" || request.headers["transfer-encoding"] !== undefined;
}

/** HTTP/2's compatible API passes for HTTP/1.1's. */
function isHttp2(request: unknown): request is Http2ServerRequest {
  return (request as Http2ServerRequest).stream !== undefined;
}
