import { create, fromJsonString } from "@bufbuild/protobuf";
import type { ConnectRouter } from "@connectrpc/connect";
import { fastifyConnectPlugin } from "@connectrpc/connect-fastify";
import { fastify } from "fastify";
import { PayoutSchema } from "../../../gen/payout/v1/payout_pb.js";
import { PayoutService } from "../../../gen/payout/v1/payout_service_pb.js";

/**
 * What the service is compared with: the same messages through Connect's own handler on Fastify, as its
 * documentation shows it, with no key, no rules and nothing stored. A program of its own; it answers
 * the payout in BENCH_PAYOUT (JSON), with what the request said of it.
 */
const fixed = fromJsonString(PayoutSchema, process.env["BENCH_PAYOUT"] ?? "{}");

function routes(router: ConnectRouter): void {
  router.service(PayoutService, {
    create: ({ merchantPayoutId, amount, description, metadata }) => ({
      payout: create(PayoutSchema, {
        ...fixed,
        merchantPayoutId,
        ...(amount === undefined ? {} : { amount }),
        description,
        metadata,
      }),
    }),
    get: ({ payoutId }) => ({ payout: create(PayoutSchema, { ...fixed, payoutId }) }),
  });
}

/** Fastify serves HTTP/1.1 or HTTP/2 without TLS, not both on one port. */
const http1 = fastify();
const http2 = fastify({ http2: true });
await http1.register(fastifyConnectPlugin, { routes });
await http2.register(fastifyConnectPlugin, { routes });
const addresses = {
  http1: await http1.listen({ host: "127.0.0.1", port: 0 }),
  http2: await http2.listen({ host: "127.0.0.1", port: 0 }),
};
process.stdout.write(`${JSON.stringify({ msg: "ready", ...addresses })}\n`);
process.once("SIGTERM", () => process.exit(0));
