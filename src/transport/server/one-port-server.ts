import type { AddressInfo } from "node:net";
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
  LogController,
} from "fastify";
import { addressMatcher } from "./caller-address.ts";
import { refusalOf } from "./check-request.ts";
import { addCors } from "./cors.ts";
import { nodeDelay } from "./delay.ts";
import { type OnePortServerOptions, resolveLimits } from "./one-port-options.ts";
import {
  createProtocolListener,
  type ProtocolListener,
  type ProtocolListenerOptions,
} from "./protocol-listener.ts";
import { addRequestHooks } from "./request-hooks.ts";
import { answerUnreadable, refuseUnreadable } from "./unreadable.ts";

export interface OnePortServer {
  /** For error and not-found handlers, and for `inject` in tests. */
  readonly fastify: FastifyInstance;
  /** Aborted when the stop begins: what streams without an end of its own listens to it and ends. */
  readonly stopping: AbortSignal;
  /** Adds routes in an encapsulated scope of their own; before `listen`. */
  register(routes: (app: FastifyInstance) => void | Promise<void>): void;
  /** Port 0 is any free port; answers the address that is bound. */
  listen(at: { host: string; port: number }): Promise<{ host: string; port: number }>;
  /**
   * Stops accepting, lets running requests finish for `graceMs` milliseconds, then cuts every
   * connection. Every call returns the same end; a later call can only bring it nearer.
   */
  close(options: { graceMs: number }): Promise<void>;
}

type FrameworkErrors = NonNullable<FastifyServerOptions["frameworkErrors"]>;

/** gRPC, gRPC-Web, Connect and REST on one port, with TLS or without. */
export function createOnePortServer(options: OnePortServerOptions): OnePortServer {
  const limits = resolveLimits(options.limits);
  const delay = options.delay ?? nodeDelay;
  const isTrusted = addressMatcher(options.trustedProxies ?? []);
  const stop = new AbortController();
  let listener: ProtocolListener | undefined;

  const fastify: FastifyInstance = Fastify({
    ...(options.logger === undefined ? { logger: false } : { loggerInstance: options.logger }),
    logController: new LogController({ disableRequestLogging: true }),
    serverFactory: (fastifyHandler) => {
      const handler: ProtocolListenerOptions["handler"] = (request, response) => {
        const refusal = refusalOf(request);
        if (refusal !== undefined) refuseUnreadable(refusal, request, response, options.unreadable);
        else if (options.admit?.(request, response) ?? true) fastifyHandler(request, response);
        return refusal === undefined;
      };
      listener = createProtocolListener({
        handler,
        limits,
        tls: options.tls,
        delay,
        isTrusted,
        onRefused: options.onRefusedConnection ?? (() => {}),
      });
      return listener.server;
    },
    bodyLimit: limits.bodyBytes,
    routerOptions: { maxParamLength: limits.pathParameterBytes },
    requestIdHeader: false,
    genReqId: () => options.newRequestId(),
    trustProxy: options.trustedProxies === undefined ? false : isTrusted,
    frameworkErrors: (options.frameworkErrors ?? refuse) as FrameworkErrors,
    clientErrorHandler: (error, socket) => {
      const fate = listener?.giveUp(socket) ?? "tell";
      if (fate === "tell") answerUnreadable(error, socket, options.unreadable);
      if (fate === "cut") socket.destroy();
    },
    onProtoPoisoning: "error",
    onConstructorPoisoning: "error",
  });
  addRequestHooks(fastify, { ...limits, delay });
  if (options.corsOrigins !== undefined && options.corsOrigins.length > 0) {
    addCors(fastify, options.corsOrigins);
  }
  const beginStop = (): void => {
    stop.abort();
    listener?.drain();
  };
  // Also for who closes Fastify itself.
  fastify.addHook("preClose", (done) => {
    beginStop();
    done();
  });

  let closed: Promise<void> | undefined;
  return {
    fastify,
    stopping: stop.signal,
    register(routes) {
      fastify.register(async (scope) => routes(scope));
    },
    async listen(at) {
      await fastify.listen(at);
      const bound = fastify.server.address() as AddressInfo;
      return { host: bound.address, port: bound.port };
    },
    async close({ graceMs }) {
      if (closed === undefined) {
        // At once: Fastify comes to its hooks some turns later.
        beginStop();
        closed = fastify.close();
      }
      const cancel = delay(graceMs, () => listener?.destroy());
      try {
        await closed;
      } finally {
        cancel();
      }
    },
  };
}

/** Fastify's own answer repeats the caller's path. */
function refuse(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const status = error.statusCode ?? 500;
  const message = status === 414 ? "URI too long" : "Bad request";
  void reply
    .code(status)
    .header("x-request-id", request.id)
    .type("application/json")
    .send(JSON.stringify({ statusCode: status, code: error.code, message }));
}
