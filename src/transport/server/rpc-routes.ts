import {
  Code,
  ConnectError,
  type ConnectRouter,
  type ConnectRouterOptions,
  type ContextValues,
  createConnectRouter,
} from "@connectrpc/connect";
import type {
  UniversalHandler,
  UniversalServerRequest,
  UniversalServerResponse,
} from "@connectrpc/connect/protocol";
import {
  compressionBrotli,
  compressionGzip,
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from "@connectrpc/connect-node";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { boundTimeout } from "./bound-timeout.ts";
import { tellOwnErrors } from "./own-errors.ts";
import { plainGrpcMessage } from "./plain-grpc-message.ts";

export interface RpcRoutesOptions extends Omit<ConnectRouterOptions, "readMaxBytes"> {
  readonly routes: (router: ConnectRouter) => void;
  /** One message, also after decompression. Required: Connect's default is 4 GiB, and Fastify's `bodyLimit` does not apply. */
  readonly readMaxBytes: number;
  /** Values for interceptors and handlers, such as the request's id and the caller's address. */
  readonly contextValues?: (request: FastifyRequest) => ContextValues;
  /** What callers are told in the place of Connect's own errors. Default: Connect's words. */
  readonly tellError?: (error: ConnectError, values: ContextValues | undefined) => ConnectError;
}

/**
 * gRPC, gRPC-Web and Connect as Fastify routes: one route per RPC, answered by Connect's router.
 *
 * It stands in for `fastifyConnectPlugin`, which writes to the console when a caller hangs up and
 * never answers a request whose Host header does not make a URL. JSON refuses unknown fields and
 * prints empty scalars (Connect's defaults are the opposite).
 */
export function rpcRoutes(options: RpcRoutesOptions): (app: FastifyInstance) => void {
  const { routes, contextValues, tellError, ...routerOptions } = options;
  return (app) => {
    const router = createConnectRouter({
      acceptCompression: [compressionGzip, compressionBrotli],
      ...routerOptions,
      jsonOptions: {
        ignoreUnknownFields: false,
        alwaysEmitImplicit: true,
        ...routerOptions.jsonOptions,
      },
    });
    routes(router);

    // Connect reads the body itself, whatever its type; the scope is our own.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", (_request, _payload, done) => done(null, undefined));
    for (const handler of router.handlers) {
      const { methodKind } = handler.method;
      const streamsRequest = methodKind === "client_streaming" || methodKind === "bidi_streaming";
      app.all(handler.requestPath, { config: { streamsRequest } }, (request, reply) =>
        serveRpc(handler, request, reply, { contextValues, tellError }),
      );
    }
  };
}

type ServeOptions = {
  readonly [Name in "contextValues" | "tellError"]?: RpcRoutesOptions[Name] | undefined;
};

/**
 * Serves one request by a handler of Connect's router. Rejects, for Fastify's error handler to
 * answer, only while nothing was sent.
 */
export async function serveRpc(
  handler: UniversalHandler,
  request: FastifyRequest,
  reply: FastifyReply,
  { contextValues, tellError }: ServeOptions = {},
): Promise<void> {
  const values = contextValues?.(request);
  const answered = await handler(toUniversal(request, reply, values));
  const response =
    tellError === undefined
      ? answered
      : await tellOwnErrors(answered, (error) => tellError(error, values));
  // Past this line the reply is Connect's; Fastify must neither send nor complain.
  reply.hijack();
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) reply.raw.setHeader(name, value);
  }
  // HTTP/1.1: the rest of a body that nobody reads would stand before the connection's next request.
  if (request.raw.httpVersionMajor === 1 && !request.raw.complete) {
    reply.raw.setHeader("connection", "close");
  }
  // Not awaited: over HTTP/1.1 it waits for an event that Node's response never emits.
  void send(handler, response, request, reply);
}

async function send(
  handler: UniversalHandler,
  response: UniversalServerResponse,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  try {
    await universalResponseToNodeResponse(plainGrpcMessage(response), reply.raw);
  } catch (error) {
    // Errors of the implementation are answers and were sent as such. What fails here is the
    // connection (the caller hung up: Aborted), or this adapter, which is worth a line.
    const rpc = `${handler.service.typeName}/${handler.method.name}`;
    const hungUp = ConnectError.from(error).code === Code.Aborted || request.raw.aborted;
    if (hungUp) request.log.debug({ rpc }, "caller hung up before the answer was sent");
    else request.log.error({ rpc, err: error }, "answer could not be sent");
    reply.raw.destroy();
  }
}

/** The request's address, made of the caller's Host header, is not a URL. Answered as 400. */
class BadAuthorityError extends Error {
  readonly statusCode = 400;
  readonly code = "BAD_AUTHORITY";
  override readonly name = "BadAuthorityError";

  constructor() {
    super("Bad Host header");
  }
}

function toUniversal(
  request: FastifyRequest,
  reply: FastifyReply,
  values: ContextValues | undefined,
): UniversalServerRequest {
  try {
    const universal = universalRequestFromNodeRequest(request.raw, reply.raw, undefined, values);
    boundTimeout(universal.header);
    return universal;
  } catch {
    throw new BadAuthorityError();
  }
}
