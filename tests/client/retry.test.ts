import { createRouterTransport } from "@connectrpc/connect";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  createPayoutClient,
  type PayoutClientOptions,
  payoutError,
} from "../../client/src/index.ts";
import { PayoutService } from "../../gen/payout/v1/payout_service_pb.js";
import { type ErrorReason, ServiceError } from "../../src/domain/errors.ts";
import { toConnectError } from "../../src/transport/errors/to-connect-error.ts";
import { startTestApp, type TestApp } from "../e2e/support/start-app.ts";
import { aPayout } from "./support/a-payout.ts";
import { failureOf } from "./support/failure-of.ts";
import { type Fate, Relay } from "./support/relay.ts";

let app: TestApp;
let relay: Relay;
beforeAll(async () => {
  app = await startTestApp();
  relay = await Relay.start(app.url);
});
afterAll(async () => {
  await relay.stop();
  await app.stop();
});
afterEach(() => {
  relay.fates = [];
  relay.keys.length = 0;
});

function connect(options: Partial<PayoutClientOptions> = {}) {
  const apiKey = app.addKey({ merchant: "other" }).key;
  return createPayoutClient({ baseUrl: relay.url, apiKey, ...options });
}

describe("between a client and the service", () => {
  for (const fate of ["lose", "refuse", "gateway"] satisfies readonly Fate[]) {
    test(`${fate}: a mutation with a key is repeated, and done once`, async () => {
      const { payouts } = connect();
      relay.fates = [fate, fate];
      const { payout } = await payouts.create(aPayout(), { idempotencyKey: "order-1" });
      expect(relay.keys).toEqual(["order-1", "order-1", "order-1"]);
      const { payouts: all } = await payouts.list({});
      expect(all.map(({ payoutId }) => payoutId)).toEqual([payout?.payoutId]);
    });

    test(`${fate}: a mutation without a key is never repeated`, async () => {
      const { payouts } = connect();
      relay.fates = [fate];
      const thrown = await failureOf(payouts.create(aPayout()));
      expect(relay.keys).toEqual([""]);
      expect(payoutError(thrown)).toMatchObject({
        code: "unavailable",
        reason: undefined,
        retryable: true,
      });
    });

    test(`${fate}: what only reads is repeated without one`, async () => {
      const { payouts } = connect();
      relay.fates = [fate];
      await payouts.list({});
      expect(relay.keys).toEqual(["", ""]);
    });

    test(`${fate}: repeating has an end`, async () => {
      const { payouts } = connect({ retries: 1 });
      relay.fates = [fate, fate, fate];
      await failureOf(payouts.create(aPayout(), { idempotencyKey: "order-2" }));
      expect(relay.keys).toEqual(["order-2", "order-2"]);
    });
  }

  test("none is repeated when none shall be", async () => {
    const { payouts } = connect({ retries: 0 });
    relay.fates = ["refuse"];
    await failureOf(payouts.list({}));
    expect(relay.keys).toHaveLength(1);
  });

  test("a call that is given up is not repeated", async () => {
    const { payouts } = connect();
    const given = new AbortController();
    relay.fates = ["gateway", "gateway"];
    const call = failureOf(payouts.list({}, { signal: given.signal }));
    while (relay.keys.length === 0) await new Promise(setImmediate);
    given.abort();
    expect(payoutError(await call).code).toBe("canceled");
    expect(relay.keys).toHaveLength(1);
  });
});

/** A service that refuses the first calls for a reason, as ours would, and counts all. */
function refusing(reason: ErrorReason, times: number, retryAfterMs?: number) {
  let calls = 0;
  const create = () => {
    calls += 1;
    if (calls > times) return {};
    const waits = retryAfterMs === undefined ? {} : { retryAfterMs };
    throw toConnectError(new ServiceError(reason, waits));
  };
  const { payouts } = createPayoutClient({
    baseUrl: "http://127.0.0.1:9",
    transport: ({ interceptors }) =>
      createRouterTransport(({ rpc }) => void rpc(PayoutService.method.create, create), {
        transport: { interceptors },
      }),
  });
  const call = (idempotencyKey?: string) =>
    payouts.create(aPayout(), idempotencyKey === undefined ? {} : { idempotencyKey });
  return { call, calls: () => calls };
}

describe("what the service refuses", () => {
  for (const reason of [
    "SHUTTING_DOWN",
    "REQUEST_IN_PROGRESS",
    "CONNECTOR_UNAVAILABLE",
  ] satisfies readonly ErrorReason[]) {
    test(`${reason} for now is repeated when it says so, with a key`, async () => {
      const { call, calls } = refusing(reason, 2, 20);
      await call("order-3");
      expect(calls()).toBe(3);
    });

    test(`${reason} is not repeated without a key`, async () => {
      const { call, calls } = refusing(reason, 1, 20);
      const thrown = await failureOf(call());
      expect(calls()).toBe(1);
      expect(payoutError(thrown)).toMatchObject({ reason, retryable: true, retryAfterMs: 20 });
    });
  }

  test("for longer than is worth a wait is told at once", async () => {
    const { call, calls } = refusing("SHUTTING_DOWN", 1, 60_000);
    const thrown = await failureOf(call("order-4"));
    expect(calls()).toBe(1);
    expect(payoutError(thrown).retryAfterMs).toBe(60_000);
  });

  for (const reason of [
    "ETAG_MISMATCH",
    "RATE_LIMITED",
    "OVERLOADED",
    "INTERNAL",
    "DEADLINE_EXCEEDED",
    "PAYOUT_ALREADY_EXISTS",
  ] satisfies readonly ErrorReason[]) {
    test(`for ${reason} is not repeated`, async () => {
      const { call, calls } = refusing(reason, 1);
      const thrown = await failureOf(call("order-5"));
      expect(calls()).toBe(1);
      expect(payoutError(thrown).reason).toBe(reason);
    });
  }
});

describe("a call that takes too long", () => {
  test("ends, and what became of it is found with the same key", async () => {
    const { payouts } = connect({ timeoutMs: 300 });
    relay.fates = ["hang"];
    const thrown = await failureOf(payouts.create(aPayout(), { idempotencyKey: "order-6" }));
    expect(payoutError(thrown)).toMatchObject({ code: "deadline_exceeded", retryable: true });
    expect(relay.keys).toEqual(["order-6"]);
    const options = { idempotencyKey: "order-6", timeoutMs: 20_000 };
    const { payout } = await payouts.create(aPayout(), options);
    const { payouts: all } = await payouts.list({});
    expect(all.map(({ payoutId }) => payoutId)).toEqual([payout?.payoutId]);
  });

  test("may take as long as it says itself", async () => {
    const { payouts } = connect({ timeoutMs: 1 });
    await payouts.list({}, { timeoutMs: 20_000 });
    await connect({ timeoutMs: 0 }).payouts.list({});
    const thrown = await failureOf(payouts.list({}));
    expect(payoutError(thrown).code).toBe("deadline_exceeded");
  });
});
