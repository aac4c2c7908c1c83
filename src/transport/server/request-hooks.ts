import { constants, type Http2ServerRequest } from "node:http2";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Delay } from "./delay.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The request's body may stay open as long as the caller likes (client and bidi streams). */
    streamsRequest?: boolean;
  }
}

/** A request that is refused before its route. Fastify's error handlers answer by `statusCode`. */
export class RequestRefusedError extends Error {
  readonly statusCode: number;
  readonly code: string;
  override readonly name = "RequestRefusedError";

  constructor(statusCode: number, code: string, message: string) {
    super(message);
    this.statusCode = statusCode;
    this.code = code;
  }
}

export interface RequestHooksOptions {
  readonly urlBytes: number;
  readonly headerBytes: number;
  readonly requestMs: number;
  readonly delay: Delay;
}

/** What happens to every request of every protocol before its route: id, sizes, HTTP/2's body deadline. */
export function addRequestHooks(app: FastifyInstance, options: RequestHooksOptions): void {
  app.addHook("onRequest", (request, reply, done) => {
    // Set on the reply, not in onSend: that hook does not run for RPCs.
    reply.header("x-request-id", request.id);
    const { raw } = request;
    if ((raw.url ?? "").length > options.urlBytes) {
      done(new RequestRefusedError(414, "URI_TOO_LONG", "URI too long"));
      return;
    }
    if (raw.httpVersionMajor === 2) {
      if (headerListBytes(raw.rawHeaders) > options.headerBytes) {
        done(new RequestRefusedError(431, "HEADERS_TOO_LARGE", "Header fields too large"));
        return;
      }
      if (request.routeOptions.config.streamsRequest !== true) {
        limitHttp2Request(request, options.requestMs, options.delay);
      }
    }
    done();
  });
  // Fastify sets it beside a 413, and HTTP/2 has no such header: Node would warn on stderr.
  app.addHook("onError", (request, reply, _error, done) => {
    if (request.raw.httpVersionMajor === 2) reply.removeHeader("connection");
    done();
  });
}

/**
 * As HTTP/2 counts (RFC 9113, 6.5.2). Node enforces the SETTINGS that say so only once the client
 * has acknowledged them, which its first requests do not wait for.
 */
function headerListBytes(rawHeaders: readonly string[]): number {
  let bytes = rawHeaders.length * 16;
  for (const text of rawHeaders) bytes += text.length;
  return bytes;
}

/**
 * Node has no `requestTimeout` for HTTP/2: a body that drips in would hold its stream for ever.
 * ENHANCE_YOUR_CALM is RESOURCE_EXHAUSTED to gRPC clients.
 */
function limitHttp2Request(request: FastifyRequest, requestMs: number, delay: Delay): void {
  const { stream } = request.raw as unknown as Http2ServerRequest;
  // HEADERS with END_STREAM: there is nothing to wait for.
  if (stream.endAfterHeaders) return;
  const cancel = delay(requestMs, () => {
    if (!stream.readableEnded) stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM);
  });
  stream.once("end", cancel);
  stream.once("close", cancel);
}
