import { Readable } from "node:stream";
import type { ContextValues } from "@connectrpc/connect";
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import type { Route } from "./compile.ts";
import { fromFastify } from "./fastify-errors.ts";
import { toHeaders } from "./headers.ts";
import { clientGone, readBody } from "./read-body.ts";
import {
  createTranscoder,
  type RestResponse,
  splitTarget,
  type TranscoderOptions,
} from "./transcoder.ts";

/** Options of the Fastify plugin. */
export type RestPluginOptions = TranscoderOptions & {
  /** Values for interceptors and handlers to see as `context.values`. Default: none. */
  readonly contextValues?: (request: FastifyRequest) => ContextValues;
};

/**
 * Serves google.api.http bindings on a Fastify instance, HTTP/1.1 or HTTP/2.
 *
 * It takes one wildcard route for each first path segment that the bindings begin with (`/v1`
 * and `/v1/*`), or `*` if a binding begins with a wildcard, and matches within by itself. Other
 * routes of the instance win, being more exact; a path that no binding knows goes to the
 * instance's not-found handler. Hooks of the instance run as for any route. Its body parsers are
 * its own: the body goes by unparsed and is read only after a binding matched.
 */
export const restPlugin: FastifyPluginAsync<RestPluginOptions> = async (fastify, options) => {
  const transcoder = createTranscoder(options);
  const prefix = fastify.prefix;

  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser("*", (_request, payload, done) => done(null, payload));

  fastify.setErrorHandler((error, request, reply) => {
    const { path } = splitTarget(targetOf(request, prefix));
    const { method, id: requestId } = request;
    return send(reply, transcoder.refuse(fromFastify(error), { method, path, requestId }));
  });

  const handle = async (request: FastifyRequest, reply: FastifyReply) => {
    const response = await transcoder.handle({
      method: request.method,
      target: targetOf(request, prefix),
      url: `${request.protocol}://${request.host || "localhost"}${request.raw.url ?? "/"}`,
      header: toHeaders(request.headers),
      readBody: (maxBytes) =>
        readBody(
          (request.body as Readable | undefined) ?? request.raw,
          bodyLength(request),
          maxBytes,
        ),
      signal: signalOf(reply),
      contextValues: options.contextValues?.(request),
      requestId: request.id,
    });
    return response === undefined ? reply.callNotFound() : send(reply, response);
  };

  for (const { httpMethod } of transcoder.routes) {
    if (httpMethod !== "*" && !fastify.supportedMethods.includes(httpMethod)) {
      fastify.addHttpMethod(httpMethod, { hasBody: true });
    }
  }
  for (const mount of mountsOf(transcoder.routes)) {
    fastify.all(mount, handle);
  }
};

/** The Fastify routes that cover all bindings. */
function mountsOf(routes: readonly Route[]): string[] {
  const mounts = new Set<string>();
  for (const { template } of routes) {
    const [first] = template.segments;
    const isWord = first?.kind === "literal" && /^[\w.~-]+$/.test(first.text);
    if (!isWord || (template.segments.length === 1 && template.verb !== "")) {
      return ["*"];
    }
    mounts.add(`/${first.text}`);
    mounts.add(`/${first.text}/*`);
  }
  return [...mounts];
}

function targetOf(request: FastifyRequest, prefix: string): string {
  const url = request.raw.url ?? "/";
  // The absolute form, as proxies are asked with, is legal for every server.
  const target = url.startsWith("/") ? url : url.replace(/^https?:\/\/[^/?#]*/i, "");
  return target.slice(prefix.length);
}

/**
 * The length of the body as a header gives it; "0" where there is none. HTTP/1 announces every
 * body; HTTP/2 may send one unannounced, and there an empty one ends by itself.
 */
function bodyLength({ headers, raw }: FastifyRequest): string | undefined {
  const announced = headers["content-length"];
  const unannounced = headers["transfer-encoding"] !== undefined || raw.httpVersionMajor > 1;
  return announced ?? (unannounced ? undefined : "0");
}

/** Aborted when the client goes away before it has its answer. */
function signalOf(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  const { raw } = reply;
  if (raw.destroyed) {
    controller.abort(clientGone());
  }
  raw.once("close", () => {
    if (!raw.writableEnded) {
      controller.abort(clientGone());
    }
  });
  return controller.signal;
}

function send(reply: FastifyReply, response: RestResponse): FastifyReply {
  if (response.status === 413 && reply.request.raw.httpVersionMajor === 1) {
    // The rest of the body is still to come, and nobody will read it.
    reply.header("connection", "close");
  }
  const { status, headers, body } = response;
  // A Buffer: Fastify would add a charset, which JSON does not have, to the type of a string.
  const sent = Buffer.isBuffer(body) ? body : Readable.from(body, { objectMode: false });
  return reply.code(status).headers(headers).send(sent);
}
