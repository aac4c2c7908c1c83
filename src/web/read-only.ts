import type { FastifyInstance, RouteHandlerMethod } from "fastify";
import { ServiceError } from "../domain/errors.ts";

/** A page that is read with GET or HEAD; every other method is refused, before its body is looked at. */
export function readOnly(app: FastifyInstance, path: string, handler: RouteHandlerMethod): void {
  app.get(path, handler);
  app.route({
    method: app.supportedMethods.filter((method) => method !== "GET" && method !== "HEAD"),
    url: path,
    onRequest: async (_request, reply) => {
      reply.header("allow", "GET, HEAD");
      throw new ServiceError("METHOD_NOT_ALLOWED");
    },
    handler: (_request, reply) => reply.callNotFound(),
  });
}
