import type { DescMethod, DescService } from "@bufbuild/protobuf";
import type { ConnectRouter, Interceptor } from "@connectrpc/connect";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Health } from "../../gen/grpc/health/v1/health_pb.js";
import { ServiceError } from "../domain/errors.ts";
import { limits } from "../limits.ts";
import type { Logger } from "../telemetry/logger.ts";
import { begunKey, callContext } from "./call-context.ts";
import { normalizeError, normalizeRefusal } from "./errors/normalize-error.ts";
import { renderProblem } from "./errors/render-problem.ts";
import { healthRoutes } from "./health/health-routes.ts";
import { healthRpc } from "./health/health-rpc.ts";
import type { HealthState } from "./health/health-state.ts";
import { reflectionRpc } from "./reflection/reflection-rpc.ts";
import { collectServices, restPlugin } from "./rest/index.ts";
import type { OnePortServer } from "./server/one-port-server.ts";
import { rpcRoutes } from "./server/rpc-routes.ts";
import { strictJsonOptions } from "./strict-json.ts";
import { refuseUnknownRpc } from "./unknown-rpc.ts";
import { watchStream } from "./watch-stream.ts";

/** Registers the services that need a key; the same function serves RPC and REST. */
export type RegisterServices = (router: ConnectRouter) => void;

export interface RoutesOptions {
  readonly services: readonly DescService[];
  readonly register: RegisterServices;
  readonly interceptors: Interceptor[];
  readonly health: HealthState;
  readonly log: Logger;
  /** Pages and whatever else is plain HTTP. */
  readonly pages: readonly ((app: FastifyInstance) => void)[];
}

/** Puts every face on the one port: RPC in three protocols, REST, health, reflection, pages. */
export function mountRoutes(server: OnePortServer, options: RoutesOptions): void {
  const { services, register, interceptors, health, log } = options;
  const healthService = healthRpc({
    state: health,
    stopping: server.stopping,
    maxWatches: limits.healthWatches,
  });
  const reflection = reflectionRpc({ services: [...services, Health] });

  server.register(
    rpcRoutes({
      routes: (router) => {
        healthService(strict(router));
        reflection(strict(router));
        register(strict(router));
      },
      interceptors,
      readMaxBytes: limits.bodyBytes,
      contextValues: callContext,
      tellError: (error, values) => normalizeRefusal(error, values?.get(begunKey) ?? false),
      shutdownSignal: server.stopping,
    }),
  );
  server.register(async (app) => {
    await app.register(restPlugin, {
      services: collectServices(register),
      interceptors,
      renderError: renderProblem,
      contextValues: callContext,
      maxBodyBytes: limits.bodyBytes,
      maxDepth: limits.jsonDepth,
      maxQueryParameters: limits.queryParameters,
      eventStreams: [watchStream],
    });
  });
  server.register(healthRoutes(health));
  for (const page of options.pages) server.register(page);

  // Before Fastify looks at the body: it would refuse the RPC protocols' types.
  server.fastify.addHook("onRequest", (request, reply, done) => {
    if (!request.is404 || !refuseUnknownRpc(request, reply)) done();
  });
  server.fastify.setNotFoundHandler((request, reply) =>
    refuse(new ServiceError("METHOD_NOT_FOUND"), request, reply),
  );
  server.fastify.setErrorHandler((error, request, reply) => {
    refuse(refusalOf(error), request, reply);
    if (reply.statusCode >= 500) {
      log.error({ err: error, request_id: request.id }, "a request failed");
    }
  });
}

/** Answers what no face has taken as a problem. */
function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, headers, body } = renderProblem(normalizeError(error), {
    method: request.method,
    path: request.url.split("?", 1)[0] ?? "",
    requestId: request.id,
  });
  // A Buffer: Fastify would add a charset, which JSON does not have, to the type of a string.
  return reply.code(status).headers(headers).send(Buffer.from(body));
}

/** Fastify's own refusals, by status; anything else is a fault of ours. */
function refusalOf(error: unknown): unknown {
  switch ((error as { readonly statusCode?: unknown }).statusCode) {
    case 400:
    case 414:
    case 431:
      return new ServiceError("MALFORMED_REQUEST", { cause: error });
    // A method that Fastify's routers do not know, which only HTTP/2 can bring.
    case 404:
      return new ServiceError("METHOD_NOT_FOUND", { cause: error });
    case 413:
      return new ServiceError("REQUEST_TOO_LARGE", { cause: error });
    case 415:
      return new ServiceError("UNSUPPORTED_MEDIA_TYPE", { cause: error });
    default:
      return error;
  }
}

/** Is never aborted. */
const never = new AbortController().signal;

/** A router that reads the JSON of each method strictly. */
function strict(router: ConnectRouter): ConnectRouter {
  const strictRouter: ConnectRouter = {
    handlers: router.handlers,
    service(service, implementation) {
      for (const method of Object.values<DescMethod>(service.method)) {
        const handler = (implementation as Readonly<Record<string, unknown>>)[method.localName];
        if (typeof handler !== "function") continue;
        router.rpc(method, handler.bind(implementation) as never, {
          jsonOptions: {
            ignoreUnknownFields: false,
            alwaysEmitImplicit: true,
            ...strictJsonOptions(method.input, limits.jsonDepth),
          },
          // A stop ends streams at once; calls may finish, as they may on REST.
          ...(method.methodKind === "unary" ? { shutdownSignal: never } : {}),
        });
      }
      return strictRouter;
    },
    rpc(method, implementation, options) {
      router.rpc(method, implementation, options);
      return strictRouter;
    },
  };
  return strictRouter;
}
