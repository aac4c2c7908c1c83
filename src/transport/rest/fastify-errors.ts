import { Code } from "@connectrpc/connect";
import type { FastifyReply, FastifyRequest } from "fastify";
import { bodyTooLarge, invalidField, TranscodingError, unsupportedMediaType } from "./errors.ts";
import { toConnectError } from "./invoke.ts";
import { type RenderError, renderProblem } from "./problem.ts";
import { reasons } from "./reasons.ts";
import { splitTarget } from "./transcoder.ts";

/**
 * For Fastify's option `frameworkErrors`: renders what Fastify refuses before any route is found,
 * such as a path with malformed percent-encoding, like every other refusal. A plugin cannot see
 * these; the instance must be made with it:
 *
 *     Fastify({ frameworkErrors: renderFrameworkErrors(renderError) })
 */
export function renderFrameworkErrors(renderError: RenderError = renderProblem) {
  return (reason: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const { path } = splitTarget(request.raw.url ?? "/");
    const { method, id: requestId } = request;
    const error = toConnectError(fromFastify(reason));
    const { status, headers, body } = renderError(error, { method, path, requestId });
    reply.code(status).headers(headers).send(Buffer.from(body));
  };
}

/**
 * Refusals of Fastify, and of hooks that run before the plugin, by their status; anything else
 * stays what it is.
 */
export function fromFastify(error: unknown): unknown {
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  if (code === "FST_ERR_BAD_URL") {
    return invalidField("", reasons.pathEncoding);
  }
  switch (statusCode) {
    case 413:
      return bodyTooLarge();
    case 415:
      return unsupportedMediaType();
    case 400:
    case 414:
    case 431:
      return new TranscodingError("the request is malformed", Code.InvalidArgument, {
        httpStatus: statusCode,
      });
    default:
      return error;
  }
}
