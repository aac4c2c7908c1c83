import type { FastifyInstance } from "fastify";
import type { HealthState } from "./health-state.ts";

/**
 * GET /livez: 200 "ok" as long as the process answers at all. GET /readyz: 200 or 503 by the whole
 * server's state. Neither needs a key.
 */
export function healthRoutes(state: HealthState): (app: FastifyInstance) => void {
  return (app) => {
    app.get("/livez", (_request, reply) => {
      return reply.header("cache-control", "no-store").type("text/plain; charset=utf-8").send("ok");
    });
    app.get("/readyz", (_request, reply) => {
      const serving = state.get() === true;
      return reply
        .code(serving ? 200 : 503)
        .header("cache-control", "no-store")
        .send({ status: serving ? "SERVING" : "NOT_SERVING" });
    });
  };
}
