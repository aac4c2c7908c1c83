import { expect, it } from "vitest";
import { accepted, Rig } from "./support/rig.ts";

async function transferred() {
  const rig = await Rig.open();
  const payout = rig.payout({ registered: await rig.registered() });
  const checked = accepted(await rig.step("check", payout));
  const moved = accepted(await rig.step("transfer", payout, checked.references));
  return { rig, payout, references: [...(checked.references ?? []), ...(moved.references ?? [])] };
}

it("is the step that undoes a transfer, and nothing else is undone", async () => {
  const { rig } = await transferred();
  const steps = ["account", "bank_account", "check", "transfer", "payout", "take_back"];
  const undone = steps.map((step) => rig.stripe.undoOf?.(step));
  expect(undone).toEqual([undefined, undefined, undefined, "take_back", undefined, undefined]);
  expect(rig.stripe.effectOf("take_back")).toBe("NOTHING");
});

it("takes a transfer back once, whoever does it", async () => {
  const { rig, payout, references } = await transferred();
  expect(await rig.lookup(references, { step: "take_back" })).toEqual({ kind: "not_found" });
  const known = references.filter(({ kind }) => kind !== "transfer");
  expect(accepted(await rig.step("take_back", payout, known))).toMatchObject({
    status: "CANCELLED",
    references: [{ kind: "transfer" }, { kind: "transfer_reversal" }],
  });
  expect(await rig.lookup(references, { step: "take_back" })).toMatchObject({ kind: "found" });
  const again = { processorKey: "another-key" };
  accepted(await rig.step("take_back", payout, references, again));
  expect(rig.fake.transfers.all[0]?.reversals).toHaveLength(1);
  expect(rig.fake.books.balance("platform", "usd")).toBe(1_000_000n);
});

it("is accepted where another call was quicker", async () => {
  const { rig, payout, references } = await transferred();
  const gate = rig.fake.http.gates.next({ method: "POST", path: "/v1/transfers/{id}/reversals" });
  const slow = rig.step("take_back", payout, references);
  await gate.arrived;
  accepted(await rig.step("take_back", payout, references, { processorKey: "quick" }));
  gate.open();
  expect((await slow).kind).toBe("accepted");
  expect(rig.fake.transfers.all[0]?.reversals).toHaveLength(1);
});

it("is a refusal where the money is gone from the connected account", async () => {
  const { rig, payout, references } = await transferred();
  const account = references.find(({ kind }) => kind === "account")?.id as `acct_${string}`;
  rig.fake.books.move(account, "world", "usd", 1n);
  expect(await rig.step("take_back", payout, references)).toMatchObject({
    kind: "rejected",
    error: { reason: "INSUFFICIENT_FUNDS" },
  });
});
