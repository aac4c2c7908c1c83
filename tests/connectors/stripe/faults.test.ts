import { describe, expect, it } from "vitest";
import { effectHappened, type Fault } from "../../processors/support/faults.ts";
import { EngineStage } from "./support/engine-stage.ts";
import { accepted, Rig } from "./support/rig.ts";

const FAULTS: readonly Fault[] = [
  { kind: "drop-at-accept" },
  { kind: "reset-before-read" },
  { kind: "status-500-before-act" },
  { kind: "rate-limited", retryAfterSeconds: 3 },
  { kind: "stall-before-act" },
  { kind: "stall" },
  { kind: "reset-after-read" },
  { kind: "half-headers" },
  { kind: "half-body" },
  { kind: "status-503-after-act" },
  { kind: "unparseable-2xx" },
  { kind: "empty-2xx" },
  { kind: "slow", ms: 50 },
];

const CALLS = {
  account: { method: "POST", path: "/v1/accounts" },
  token: { method: "POST", path: "/v1/tokens" },
  bank_account: { method: "POST", path: "/v1/accounts/{account}/external_accounts" },
  check: { method: "GET", path: "/v1/accounts/{account}" },
  transfer: { method: "POST", path: "/v1/transfers" },
  payout: { method: "POST", path: "/v1/payouts" },
} as const;

describe.each(Object.entries(CALLS))("at the call of %s", (name, match) => {
  it.each(FAULTS.map((fault) => [fault.kind, fault] as const))(
    "%s: one account, one transfer and one payout",
    async (_kind, fault) => {
      const stage = await EngineStage.open();
      const { http, accounts, books } = stage.rig.fake;
      http.faults.next(match, fault);
      const payout = await stage.create();
      const { payout: paid } = await stage.run(payout);
      expect(http.faults.left).toBe(0);
      expect(paid.status).toBe("SUCCESS");
      expect(stage.sent).toEqual({ transfers: [1050n], payouts: [1050n] });
      const account = paid.connectorReferences.find(({ kind }) => kind === "account")?.id ?? "";
      expect(accounts.get(account).banks).toHaveLength(1);
      expect(books.sum("usd")).toBe(0n);
      // A repeat is the same to the byte, under the same key.
      const calls = http.requestsTo(match.method, match.path);
      if (match.method === "POST") {
        expect(new Set(calls.map(({ raw }) => String(raw)).filter((raw) => raw !== "")).size).toBe(
          1,
        );
        expect(new Set(calls.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
      }
    },
  );

  // A question has no key.
  if (match.method === "GET") return;

  it(`stays unknown while an error of inside is kept under the key of ${name}`, async () => {
    const stage = await EngineStage.open();
    stage.rig.fake.breakInside(match);
    const payout = await stage.create();
    const { payout: stuck } = await stage.run(payout);
    expect(stuck).toMatchObject({
      waitingFor: { reason: "REVIEW" },
      error: { category: "OUTCOME_UNKNOWN" },
    });
    expect(stage.sent.payouts).toEqual([]);
  });
});

it("says of each fault whether something may have happened", async () => {
  const rig = await Rig.open();
  const payout = rig.payout({ registered: await rig.registered() });
  const { references = [] } = accepted(await rig.step("check", payout));
  const funds = { ...payout, amount: { minorAmount: 100_000n, currency: "USD" } };
  accepted(await rig.step("transfer", funds, references));
  for (const [index, fault] of FAULTS.entries()) {
    if (fault.kind === "slow") continue;
    rig.fake.http.faults.next(CALLS.payout, fault);
    const signal = AbortSignal.timeout(400);
    const processorKey = `key-${index}`;
    const before = rig.fake.payouts.all.length;
    const { kind } = await rig.step("payout", payout, references, { processorKey, signal });
    // A connection that ends as it begins may have ended before or after the first byte.
    const ends = fault.kind === "drop-at-accept" ? ["not_sent", "unknown"] : ["unknown"];
    expect(fault.kind === "rate-limited" ? ["not_sent"] : ends, fault.kind).toContain(kind);
    const made = rig.fake.payouts.all.length - before;
    expect([fault.kind, made]).toEqual([fault.kind, effectHappened[fault.kind] ? 1 : 0]);
  }
});

it.each([
  ["transfer", CALLS.transfer],
  ["payout", CALLS.payout],
] as const)(
  "finds a %s whose answer was lost longer ago than Stripe keeps its key",
  async (_name, match) => {
    const stage = await EngineStage.open();
    stage.rig.fake.http.faults.next(match, { kind: "reset-after-read" });
    const payout = await stage.create();
    await stage.run(payout, ({ error }) => error?.category === "OUTCOME_UNKNOWN");
    stage.leap(30 * 60 * 60_000);
    expect((await stage.run(payout)).payout.status).toBe("SUCCESS");
    expect(stage.sent).toEqual({ transfers: [1050n], payouts: [1050n] });
  },
);

it("leaves to a person what was never found, once the key may be forgotten", async () => {
  const stage = await EngineStage.open();
  stage.rig.fake.http.faults.next(CALLS.payout, { kind: "reset-before-read" });
  const payout = await stage.create();
  await stage.run(payout, ({ error }) => error?.category === "OUTCOME_UNKNOWN");
  stage.leap(30 * 60 * 60_000);
  expect((await stage.run(payout)).payout.waitingFor?.reason).toBe("REVIEW");
  expect(stage.sent).toEqual({ transfers: [1050n], payouts: [] });
});

it("knows that nothing was sent where there is no connection", async () => {
  const rig = await Rig.open();
  const registered = await rig.registered();
  const payout = rig.payout({ registered });
  const { references = [] } = accepted(await rig.step("check", payout));
  await rig.fake.http.closePort();
  for (const step of ["account", "check", "transfer", "payout"]) {
    expect((await rig.step(step, payout, references)).kind).toBe("not_sent");
  }
  expect((await rig.lookup(references)).kind).toBe("unreachable");
  expect((await rig.void(references)).kind).toBe("not_sent");
  await rig.fake.http.openPort();
  expect((await rig.step("transfer", payout, references)).kind).toBe("accepted");
});

it("leaves a call open that another with the same key is still busy with", async () => {
  const rig = await Rig.open();
  const payout = rig.payout({ registered: await rig.registered() });
  const { references = [] } = accepted(await rig.step("check", payout));
  const gate = rig.fake.http.gates.next(CALLS.transfer);
  const first = rig.step("transfer", payout, references);
  await gate.arrived;
  expect(await rig.step("transfer", payout, references)).toMatchObject({
    kind: "unknown",
    error: { connectorCode: "idempotency_key_in_use" },
  });
  gate.open();
  expect((await first).kind).toBe("accepted");
  expect(rig.fake.transfers.all).toHaveLength(1);
});
