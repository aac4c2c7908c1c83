import { expect, it } from "vitest";
import { accepted, paidOut, Rig } from "./support/rig.ts";

const CANCEL = { method: "POST", path: "/v1/payouts/{payout}/cancel" };

it("cancels a payout that is pending, and takes its transfer back", async () => {
  const rig = await Rig.open();
  const { references, id, transfer } = await paidOut(rig);
  const outcome = await rig.void(references);
  expect(outcome).toMatchObject({
    kind: "done",
    references: [
      { kind: "transfer", id: transfer },
      { kind: "transfer_reversal", id: expect.stringMatching(/^trr_/) },
    ],
  });
  expect(rig.fake.payouts.get(id).status).toBe("canceled");
  expect(rig.fake.transfers.get(transfer).reversals).toHaveLength(1);
  expect(rig.fake.books.balance("platform", "usd")).toBe(1_000_000n);
  const found = await rig.lookup(references);
  expect(found).toMatchObject({ kind: "found", value: { status: "CANCELLED" } });
});

it("does the same again when its answer was lost", async () => {
  const rig = await Rig.open();
  const { references, transfer } = await paidOut(rig);
  rig.fake.http.faults.next(CANCEL, { kind: "half-body" });
  expect((await rig.void(references)).kind).toBe("unknown");
  expect((await rig.void(references)).kind).toBe("done");
  expect((await rig.void(references)).kind).toBe("done");
  expect(rig.fake.transfers.get(transfer).reversals).toHaveLength(1);
  expect(rig.fake.books.balance("platform", "usd")).toBe(1_000_000n);
});

it("is too late once the bank has it", async () => {
  const rig = await Rig.open();
  const { references, id } = await paidOut(rig);
  const expected = { kind: "refused", error: { reason: "TOO_LATE" } };
  rig.fake.payouts.become(id, "in_transit");
  expect(await rig.void(references)).toMatchObject(expected);
  rig.fake.payouts.become(id, "paid");
  expect(await rig.void(references)).toMatchObject(expected);
  rig.fake.payouts.become(id, "failed", "account_closed");
  expect(await rig.void(references)).toMatchObject(expected);
  expect(rig.fake.http.requestsTo("POST", CANCEL.path)).toEqual([]);
});

it("is too late when Stripe was faster than the question", async () => {
  const rig = await Rig.open();
  const { references, id } = await paidOut(rig);
  const gate = rig.fake.http.gates.next(CANCEL);
  const outcome = rig.void(references);
  await gate.arrived;
  rig.fake.payouts.become(id, "in_transit");
  gate.open();
  expect(await outcome).toMatchObject({
    kind: "refused",
    error: { reason: "TOO_LATE", message: "Too late.", connectorMessage: /cannot be canceled/ },
  });
});

it("debits a bank account that was paid only where its owner has authorized it", async () => {
  const rig = await Rig.open();
  const { references, id } = await paidOut(rig);
  rig.fake.payouts.become(id, "paid");
  rig.settings["reverse_paid_payouts"] = "yes";
  expect((await rig.void(references)).kind).toBe("refused");
  rig.settings["reverse_paid_payouts"] = "authorized";
  expect(await rig.void(references)).toEqual({ kind: "requested" });
  const reversal = rig.fake.payouts.get(id).reversedBy ?? "";
  const status = async () => {
    const found = await rig.lookup(references);
    return found.kind === "found" ? found.value.status : found.kind;
  };
  // Asked for, and not there yet.
  expect(await status()).toBe("SUCCESS");
  rig.fake.payouts.become(reversal, "paid");
  expect(await status()).toBe("REVERSED");
});

it("takes a transfer back before its payout, where surely none is under way", async () => {
  const rig = await Rig.open();
  const payout = rig.payout({ registered: await rig.registered() });
  const checked = accepted(await rig.step("check", payout));
  const moved = accepted(await rig.step("transfer", payout, checked.references));
  const references = [...(checked.references ?? []), ...(moved.references ?? [])];
  // The payout's call may be on its way: what is taken back now, it could take from somebody else.
  expect(await rig.void(references)).toEqual({ kind: "not_found" });
  expect(rig.fake.transfers.all[0]?.reversals).toEqual([]);
  expect((await rig.void(references, { notDone: ["payout"] })).kind).toBe("done");
  expect(rig.fake.transfers.all[0]?.reversals).toHaveLength(1);
  expect(rig.fake.books.balance("platform", "usd")).toBe(1_000_000n);
  expect((await rig.void(references, { notDone: ["payout"] })).kind).toBe("done");
  const found = await rig.lookup(references);
  expect(found).toMatchObject({ kind: "found", value: { status: "CANCELLED" } });
});

it("finds a payout whose id never arrived, and cancels it", async () => {
  const rig = await Rig.open();
  const { references, id } = await paidOut(rig);
  const known = references.filter(({ kind }) => kind !== "payout");
  expect((await rig.void(known)).kind).toBe("done");
  expect(rig.fake.payouts.get(id).status).toBe("canceled");
});

it("has nothing to stop where no money was to move", async () => {
  const rig = await Rig.open();
  const payout = rig.payout({ registered: await rig.registered(), fulfillment: "MANUAL" });
  const { references = [] } = accepted(await rig.step("check", payout));
  expect((await rig.void(references)).kind).toBe("not_found");
  const notDone = ["transfer", "payout"];
  expect(await rig.void(references, { notDone })).toEqual({ kind: "done" });
  const processorKeys = { check: "key-check" };
  expect(await rig.void(references, { processorKeys })).toEqual({ kind: "done" });
});

it("is not done while the transfer is not back, and then is when it is asked again", async () => {
  const rig = await Rig.open();
  const { references, id, transfer } = await paidOut(rig);
  const match = { method: "POST", path: "/v1/transfers/{id}/reversals" };
  rig.fake.http.faults.next(match, { kind: "reset-before-read" });
  expect((await rig.void(references)).kind).toBe("unknown");
  expect(rig.fake.payouts.get(id).status).toBe("canceled");
  const status = async () => {
    const found = await rig.lookup(references);
    return found.kind === "found" ? found.value.status : found.kind;
  };
  expect(await status()).toBe("PENDING");
  expect((await rig.void(references)).kind).toBe("done");
  expect(await status()).toBe("CANCELLED");
  expect(rig.fake.transfers.get(transfer).reversals).toHaveLength(1);
});

it("is refused where the connected account has nothing left to take back", async () => {
  const rig = await Rig.open();
  const { references, account } = await paidOut(rig);
  const cancelled = rig.fake.http.gates.next({
    method: "POST",
    path: "/v1/transfers/{id}/reversals",
  });
  const outcome = rig.void(references);
  await cancelled.arrived;
  rig.fake.books.move(account as `acct_${string}`, "world", "usd", 1n);
  cancelled.open();
  expect(await outcome).toMatchObject({
    kind: "refused",
    error: { reason: "TOO_LATE", connectorCode: "balance_insufficient" },
  });
});
