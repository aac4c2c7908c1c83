import type { FastifyInstance } from "fastify";
import { Health } from "../../../gen/grpc/health/v1/health_pb.js";
import { healthRoutes } from "../../../src/transport/health/health-routes.ts";
import { healthRpc } from "../../../src/transport/health/health-rpc.ts";
import { HealthState } from "../../../src/transport/health/health-state.ts";
import { reflectionRpc } from "../../../src/transport/reflection/reflection-rpc.ts";
import type { OnePortServerOptions } from "../../../src/transport/server/one-port-options.ts";
import {
  createOnePortServer,
  type OnePortServer,
} from "../../../src/transport/server/one-port-server.ts";
import { type RpcRoutesOptions, rpcRoutes } from "../../../src/transport/server/rpc-routes.ts";

export interface StartedServer {
  readonly server: OnePortServer;
  readonly state: HealthState;
  readonly host: string;
  readonly port: number;
  readonly url: string;
  stop(): Promise<void>;
}

export interface StartOptions extends Partial<OnePortServerOptions> {
  readonly rpc?: Partial<RpcRoutesOptions>;
  readonly maxWatches?: number;
  readonly routes?: (app: FastifyInstance) => void;
}

/** A whole port on 127.0.0.1 with health and reflection on it, serving. */
export async function startServer(options: StartOptions = {}): Promise<StartedServer> {
  const { rpc, maxWatches, routes, ...serverOptions } = options;
  let requests = 0;
  const newRequestId = (): string => {
    requests += 1;
    return `req-${requests}`;
  };
  const server = createOnePortServer({ newRequestId, ...serverOptions });
  const state = new HealthState([Health.typeName]);
  state.set(true);
  const health = healthRpc({
    state,
    stopping: server.stopping,
    ...(maxWatches === undefined ? {} : { maxWatches }),
  });
  const reflection = reflectionRpc({ services: [Health] });
  server.register(
    rpcRoutes({
      readMaxBytes: 1024,
      ...rpc,
      routes: (router) => {
        health(router);
        reflection(router);
      },
    }),
  );
  server.register(healthRoutes(state));
  if (routes !== undefined) server.register(routes);
  const { host, port } = await server.listen({ host: "127.0.0.1", port: 0 });
  const scheme = serverOptions.tls === undefined ? "http" : "https";
  return {
    server,
    state,
    host,
    port,
    url: `${scheme}://${host}:${port}`,
    stop: () => server.close({ graceMs: 0 }),
  };
}
