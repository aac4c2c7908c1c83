import { beforeAll, describe, expect, it } from "vitest";
import { Client, eventually, expectChain, ok, order, type PayoutBody, refused } from "./client.ts";
import { openWorkbench } from "./process.ts";

const QUOTE_MS = 1500;

const bench = openWorkbench();
let api: Client;
beforeAll(async () => {
  // Its own process, so that quotes can be made to expire.
  const sandbox = await bench.sandbox({ SANDBOX_QUOTE_MS: String(QUOTE_MS) });
  api = new Client((await bench.service({ PAYOUT_SANDBOX_URL: sandbox.url })).url);
});

/** Dollars to an account in euros: that takes a quote. */
function abroad(more: Record<string, unknown> = {}) {
  return order(undefined, {
    amount: { minorAmount: "100000", currency: "USD" },
    destinationCurrency: "EUR",
    payoutMethodData: { sepa: { iban: "DE89370400440532013000", holderName: "Jane Doe" } },
    ...more,
  });
}

const held = (scenario?: string) => order(scenario, { fulfillment: "MANUAL" });

async function expectLedger(payoutId: string, states: readonly string[]): Promise<void> {
  const transfers = await api.transfers(payoutId);
  expect(transfers.map((transfer) => [transfer.payoutId, transfer.state])).toEqual(
    states.map((state) => [payoutId, state]),
  );
}

describe("held payouts", () => {
  it("wait in REQUIRES_FULFILLMENT until Transfer, and are paid once", async () => {
    const { payoutId, ...payout } = await api.create(held());
    expect(payout).toMatchObject({
      status: "REQUIRES_FULFILLMENT",
      waitingFor: { reason: "FULFILLMENT", who: "CALLER" },
    });
    await expectLedger(payoutId, ["HELD"]);
    const moved = ok<PayoutBody>(await api.transfer(payoutId));
    expect(moved).toMatchObject({ status: "PENDING", waitingFor: { reason: "SETTLEMENT" } });
    await api.until(payoutId, "SUCCESS");
    await expectLedger(payoutId, ["SETTLED"]);
    expectChain(await api.events(payoutId), [
      "REQUIRES_CREATION",
      "REQUIRES_FULFILLMENT",
      "INITIATED",
      "PENDING",
      "SUCCESS",
    ]);
  });

  it.concurrent.each([
    "instant_success",
    "timeout_before_send",
    "timeout_after_accept",
    "server_error_after_accept",
    "unreadable_reply",
    "unavailable",
    "slow",
  ])("are paid once when the release meets %s", async (scenario) => {
    const { payoutId, status } = await api.create(held(scenario));
    expect(status).toBe("REQUIRES_FULFILLMENT");
    ok(await api.transfer(payoutId));
    await api.until(payoutId, "SUCCESS");
    await expectLedger(payoutId, ["SETTLED"]);
    const { attempts, error } = await api.full(payoutId);
    expect(error).toBeUndefined();
    expect(attempts.map(({ state, steps }) => [state, steps.map((step) => step.name)])).toEqual([
      ["ACCEPTED", ["hold", "release"]],
    ]);
  });

  it("are declined when they are made", async () => {
    const { payoutId, status } = await api.create(held("decline"));
    expect(status).toBe("FAILED");
    await expectLedger(payoutId, []);
  });

  it("fail after the release when the account is closed", async () => {
    const { payoutId } = await api.create(held("account_closed"));
    ok(await api.transfer(payoutId));
    const failed = await api.until(payoutId, "FAILED");
    expect(failed.error).toMatchObject({ reason: "ACCOUNT_CLOSED" });
    await expectLedger(payoutId, ["FAILED"]);
  });
});

describe("staged payouts", () => {
  it("have a quote, move nothing, and are paid at it by Transfer", async () => {
    const { payoutId, ...payout } = await api.stage(abroad());
    expect(payout).toMatchObject({
      status: "REQUIRES_CONFIRMATION",
      waitingFor: { reason: "CONFIRMATION", who: "CALLER" },
      quote: {
        rate: "0.92",
        fee: { minorAmount: "500", currency: "USD" },
        destinationAmount: { minorAmount: "91540", currency: "EUR" },
      },
      destinationAmount: { minorAmount: "91540", currency: "EUR" },
    });
    await expectLedger(payoutId, []);
    expect(ok<PayoutBody>(await api.transfer(payoutId)).status).toBe("PENDING");
    const paid = await api.until(payoutId, "SUCCESS");
    expect(paid).toMatchObject({ destinationAmount: payout.quote?.destinationAmount });
    await expectLedger(payoutId, ["SETTLED"]);
    expectChain(await api.events(payoutId), [
      "REQUIRES_CONFIRMATION",
      "REQUIRES_CREATION",
      "PENDING",
      "SUCCESS",
    ]);
  });

  it("cannot be transferred after their quote; staging again renews it", async () => {
    const merchantPayoutId = "quote-1";
    const first = await api.stage(abroad({ merchantPayoutId }));
    const { payoutId } = first;
    const early = await api.post("/v1/payouts/stage", abroad({ merchantPayoutId }));
    expect(refused(early, 409, "PAYOUT_ALREADY_EXISTS").metadata).toEqual({ payout_id: payoutId });

    const until = Date.parse(first.quote?.expireTime ?? "");
    await eventually(
      async () => Date.now(),
      (now) => now > until,
    );
    refused(await api.transfer(payoutId), 409, "QUOTE_EXPIRED");
    expect((await api.payout(payoutId)).status).toBe("REQUIRES_CONFIRMATION");
    const other = abroad({ merchantPayoutId, amount: { minorAmount: "100001", currency: "USD" } });
    refused(await api.post("/v1/payouts/stage", other), 409, "PAYOUT_ALREADY_EXISTS");

    const renewed = await api.stage(abroad({ merchantPayoutId }), { key: "renewal" });
    expect(renewed).toMatchObject({ payoutId, status: "REQUIRES_CONFIRMATION" });
    expect(Date.parse(renewed.quote?.expireTime ?? "")).toBeGreaterThan(until);
    expect(ok(await api.transfer(payoutId))).toMatchObject({ payoutId });
    const again = await api.post("/v1/payouts/stage", abroad({ merchantPayoutId }), {
      key: "renewal",
    });
    expect(again).toMatchObject({ replayed: true, body: renewed });
    await api.until(payoutId, "SUCCESS");
    await expectLedger(payoutId, ["SETTLED"]);
  });

  it("are staged once for a key", async () => {
    const body = abroad();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => api.post("/v1/payouts/stage", body, { key: "stage-once" })),
    );
    const payouts = answers.map((answer) => ok<PayoutBody>(answer));
    expect(new Set(payouts.map((payout) => JSON.stringify(payout))).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
  });
});

describe("Transfer", () => {
  it("is refused a second time, and answers the same to the same key", async () => {
    const { payoutId } = await api.create(held());
    const first = await api.transfer(payoutId, {}, { key: "once" });
    expect(ok<PayoutBody>(first).status).toBe("PENDING");
    await api.until(payoutId, "SUCCESS");
    const conflict = refused(await api.transfer(payoutId), 409, "PAYOUT_STATE_CONFLICT");
    expect(conflict.metadata).toEqual({ status: "SUCCESS" });
    const repeat = await api.transfer(payoutId, {}, { key: "once" });
    expect(repeat).toEqual({ ...first, replayed: true });
    const reused = await api.transfer(payoutId, { note: "other" }, { key: "once" });
    refused(reused, 422, "IDEMPOTENCY_KEY_REUSED");
  });

  it("acts only on what was seen when it carries an etag", async () => {
    const { payoutId, etag } = await api.create(held());
    refused(await api.transfer(payoutId, { etag: "v999" }), 412, "ETAG_MISMATCH");
    expect((await api.payout(payoutId)).status).toBe("REQUIRES_FULFILLMENT");
    ok(await api.transfer(payoutId, { etag }));
    await api.until(payoutId, "SUCCESS");
  });

  it("is refused from every other status", async () => {
    const running = await api.create(order("manual"));
    refused(await api.transfer(running.payoutId), 409, "PAYOUT_STATE_CONFLICT");
    const failed = await api.create(order("decline"));
    refused(await api.transfer(failed.payoutId), 409, "PAYOUT_STATE_CONFLICT");
    const retried = await api.create(order("unavailable"));
    refused(await api.transfer(retried.payoutId), 409, "PAYOUT_STATE_CONFLICT");
  });

  it.each(["staged", "held"])("moves a %s payout once, of fifty at once", async (kind) => {
    const { payoutId } = kind === "staged" ? await api.stage() : await api.create(held());
    const answers = await Promise.all(Array.from({ length: 50 }, () => api.transfer(payoutId)));
    const moved = answers.filter(({ status }) => status === 200);
    expect(moved).toHaveLength(1);
    for (const answer of answers) {
      if (answer !== moved[0]) refused(answer, 409, "PAYOUT_STATE_CONFLICT");
    }
    await api.until(payoutId, "SUCCESS");
    await expectLedger(payoutId, ["SETTLED"]);
  });

  it.each(["staged", "held"])(
    "of a %s payout answers fifty calls with one key alike",
    async (kind) => {
      const { payoutId } = kind === "staged" ? await api.stage() : await api.create(held("slow"));
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => api.transfer(payoutId, {}, { key: `fifty-${kind}` })),
      );
      const bodies = new Set(answers.map((answer) => JSON.stringify(ok(answer))));
      expect(bodies.size).toBe(1);
      await api.until(payoutId, "SUCCESS");
      await expectLedger(payoutId, ["SETTLED"]);
    },
  );
});
