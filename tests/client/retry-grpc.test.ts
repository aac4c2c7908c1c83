import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { grpc } from "../../client/src/grpc.ts";
import { createPayoutClient, payoutError } from "../../client/src/index.ts";
import { startTestApp, type TestApp } from "../e2e/support/start-app.ts";
import { aPayout } from "./support/a-payout.ts";
import { Cable } from "./support/cable.ts";
import { failureOf } from "./support/failure-of.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

/** A merchant of its own, who calls over a cable of its own; `near` is a way that nobody cuts. */
async function furnished() {
  const apiKey = app.addKey({ merchant: "other" }).key;
  const cable = await Cable.start(app.port);
  const { payouts } = createPayoutClient({ baseUrl: cable.url, apiKey, transport: grpc });
  const near = createPayoutClient({ baseUrl: app.url, apiKey });
  await payouts.list({});
  const made = async () => (await near.payouts.list({})).payouts;
  const untilMade = async () => {
    while ((await made()).length === 0);
  };
  return { cable, payouts, made, untilMade };
}

describe.each(["reset", "end"] as const)("gRPC, and the connection breaks by a %s", (how) => {
  test("a mutation with a key is repeated, and done once", async () => {
    const { cable, payouts, made, untilMade } = await furnished();
    cable.hold();
    const call = payouts.create(aPayout(), { idempotencyKey: "order-1" });
    await untilMade();
    cable.cut(how);
    const { payout } = await call;
    expect((await made()).map(({ payoutId }) => payoutId)).toEqual([payout?.payoutId]);
    expect(cable.connections).toBe(2);
    await cable.stop();
  });

  test("a mutation without a key is not", async () => {
    const { cable, payouts, made, untilMade } = await furnished();
    cable.hold();
    const call = failureOf(payouts.create(aPayout()));
    await untilMade();
    cable.cut(how);
    const error = payoutError(await call);
    expect(error).toMatchObject({ code: "unavailable", reason: undefined, retryable: true });
    expect(await made()).toHaveLength(1);
    expect(cable.connections).toBe(1);
    await cable.stop();
  });
});
