import { expect, it } from "vitest";
import { EngineStage } from "./support/engine-stage.ts";
import { accepted, Rig } from "./support/rig.ts";

const CALLS = {
  transfer: { method: "POST", path: "/v1/transfers" },
  payout: { method: "POST", path: "/v1/payouts" },
} as const;

it.each(Object.entries(CALLS))(
  "stays unknown while an error of inside is kept under the key of %s",
  async (_name, match) => {
    const stage = await EngineStage.open();
    stage.rig.fake.breakInside(match);
    const payout = await stage.create();
    const { payout: stuck } = await stage.run(payout);
    expect(stuck).toMatchObject({
      waitingFor: { reason: "REVIEW" },
      error: { category: "OUTCOME_UNKNOWN" },
    });
    expect(stage.sent.payouts).toEqual([]);
  },
);

it.each(Object.entries(CALLS))(
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
