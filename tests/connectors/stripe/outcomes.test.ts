import { expect, it } from "vitest";
import { payoutStatus } from "../../../src/connectors/stripe/states.ts";
import { accepted, paidOut, Rig } from "./support/rig.ts";

async function ready(accountNumber?: string) {
  const rig = await Rig.open();
  const registered = await rig.registered(accountNumber);
  const payout = rig.payout({ registered });
  const { references = [] } = accepted(await rig.step("check", payout));
  return { rig, payout, references, registered };
}

it("has a status for every word, and PENDING for those that it does not know", () => {
  const words = ["pending", "in_transit", "paid", "failed", "canceled", "reversed", "toString", ""];
  expect(words.map(payoutStatus)).toEqual([
    "INITIATED",
    "PENDING",
    "SUCCESS",
    "FAILED",
    "CANCELLED",
    "PENDING",
    "PENDING",
    "PENDING",
  ]);
});

it("reads each status of a payout", async () => {
  const rig = await Rig.open();
  const { id, references } = await paidOut(rig);
  const status = async () => {
    const found = await rig.lookup(references);
    return found.kind === "found" ? [found.value.status, found.value.rawStatus] : found.kind;
  };
  expect(await status()).toEqual(["INITIATED", "pending"]);
  rig.fake.payouts.become(id, "in_transit");
  expect(await status()).toEqual(["PENDING", "in_transit"]);
  rig.fake.payouts.become(id, "paid");
  expect(await status()).toEqual(["SUCCESS", "paid"]);
  rig.fake.payouts.become(id, "failed", "account_closed");
  expect(await status()).toEqual(["FAILED", "failed"]);
});

it("refuses for want of money, and the refusal is the same when it is repeated", async () => {
  const { rig, payout, references } = await ready();
  const large = { ...payout, amount: { minorAmount: 2_000_000n, currency: "USD" } };
  const expected = {
    kind: "rejected",
    error: {
      category: "CONNECTOR_DECLINED",
      reason: "INSUFFICIENT_FUNDS",
      connectorCode: "balance_insufficient",
      connectorRequestId: expect.stringMatching(/^req_/),
    },
  };
  expect(await rig.step("transfer", large, references)).toMatchObject(expected);
  rig.fake.fund("usd", 5_000_000n);
  expect(await rig.step("transfer", large, references)).toMatchObject(expected);
});

it("refuses a bank account that is none, or is of another currency", async () => {
  const { rig, payout, references } = await ready();
  const [account] = references;
  const none = [account, { kind: "bank_account", id: "ba_none" }].flatMap((each) => each ?? []);
  accepted(await rig.step("transfer", payout, references));
  expect(await rig.step("payout", payout, none)).toMatchObject({
    kind: "rejected",
    error: { reason: "ACCOUNT_NOT_FOUND" },
  });
});

it("takes a key that is not taken for a fault of the settings, and sends again once it is mended", async () => {
  const { rig, payout, references } = await ready();
  rig.settings["secret_key"] = "sk_test_revoked_55555";
  for (const step of ["account", "transfer", "payout"]) {
    const outcome = await rig.step(step, payout, references);
    expect(outcome).toMatchObject({
      kind: "not_sent",
      error: { category: "CONFIGURATION" },
      later: {},
    });
    expect(JSON.stringify(outcome)).not.toContain("sk_test");
  }
  expect(await rig.lookup(references)).toMatchObject({
    kind: "unreachable",
    error: { category: "CONFIGURATION" },
  });
  for (const broken of ["", "sk_test\r\nx-evil: 1"]) {
    rig.settings["secret_key"] = broken;
    expect(await rig.step("transfer", payout, references)).toMatchObject({
      kind: "not_sent",
      error: { category: "CONFIGURATION" },
    });
  }
});

it("does not take a refusal at the door for an answer to the call before", async () => {
  const { rig, payout, references } = await ready();
  const match = { method: "POST", path: "/v1/transfers" };
  rig.fake.http.faults.next(match, { kind: "reset-after-read" });
  expect((await rig.step("transfer", payout, references)).kind).toBe("unknown");
  const key = rig.settings["secret_key"];
  rig.settings["secret_key"] = "sk_test_revoked_55555";
  expect((await rig.step("transfer", payout, references)).kind).toBe("not_sent");
  rig.settings["secret_key"] = key ?? "";
  expect((await rig.step("transfer", payout, references)).kind).toBe("accepted");
  expect(rig.fake.transfers.all).toHaveLength(1);
});

it("does not trust a key that has served for something else", async () => {
  const { rig, payout, references } = await ready();
  accepted(await rig.step("transfer", payout, references));
  const other = { ...payout, amount: { minorAmount: 7n, currency: "USD" } };
  expect(await rig.step("transfer", other, references)).toMatchObject({ kind: "unknown" });
  const processorKey = "key-transfer";
  // Keys are each account's own, so this one is fresh for the connected account.
  expect((await rig.step("payout", payout, references, { processorKey })).kind).toBe("accepted");
  expect((await rig.step("account", payout, references, { processorKey })).kind).toBe("unknown");
  expect(rig.fake.transfers.all).toHaveLength(1);
});

it("waits where the account has lost its readiness since it was checked, and asks no more of Stripe", async () => {
  const { rig, payout, references, registered } = await ready();
  rig.fake.accounts.demand(registered.recipientId, ["individual.id_number"]);
  expect(await rig.step("transfer", payout, references)).toMatchObject({
    kind: "not_sent",
    error: {
      reason: "RECIPIENT_NOT_READY",
      connectorMessage: "Stripe still needs: individual.id_number.",
    },
    later: { status: "REQUIRES_VENDOR_ACCOUNT_CREATION" },
  });
  expect(rig.fake.http.requestsTo("POST", "/v1/transfers")).toEqual([]);
  rig.fake.accounts.demand(registered.recipientId, []);
  expect((await rig.step("transfer", payout, references)).kind).toBe("accepted");
});

it("pays at once where the bank can, and refuses before money moves where it cannot", async () => {
  const { rig, payout, references } = await ready();
  const instant = { ...payout, priority: "INSTANT" } as const;
  accepted(await rig.step("transfer", instant, references));
  accepted(await rig.step("payout", instant, references));
  expect(rig.fake.payouts.all[0]?.method).toBe("instant");
  const match = { method: "GET", path: "/v1/accounts/{account}" };
  const change = (body: {
    external_accounts: { data: { available_payout_methods: string[] }[] };
  }) => {
    for (const bank of body.external_accounts.data) bank.available_payout_methods = ["standard"];
    return body;
  };
  rig.fake.http.faults.next(match, { kind: "drift", change });
  expect(await rig.step("check", instant)).toMatchObject({
    kind: "accepted",
    value: { status: "INELIGIBLE", error: { reason: "METHOD_UNSUPPORTED" } },
  });
});

it("refuses what it cannot pay before anything is sent", async () => {
  const rig = await Rig.open();
  const cases = [
    [{ destinationCurrency: "EUR" }, "CURRENCY_UNSUPPORTED"],
    [{ person: null }, "RECIPIENT_REQUIRED"],
    [{ method: { kind: "venmo", phone: "+14155552671" } }, "METHOD_UNSUPPORTED"],
    [
      { method: { kind: "passthrough", pspToken: "tok_1", tokenKind: "card" } },
      "METHOD_UNSUPPORTED",
    ],
  ] as const;
  for (const [changes, reason] of cases) {
    const outcome = await rig.step("account", rig.payout(changes as object));
    expect(outcome).toMatchObject({ kind: "rejected", error: { reason } });
  }
  expect(await rig.step("other", rig.payout())).toMatchObject({
    kind: "rejected",
    error: { reason: "UNKNOWN_STEP" },
  });
  expect(await rig.step("payout", rig.payout())).toMatchObject({
    kind: "not_sent",
    error: { category: "INTERNAL", reason: "REFERENCE_MISSING" },
  });
  expect(rig.fake.http.requests).toEqual([]);
});
