import { expect, it } from "vitest";
import { accepted, keyOf, paidOut, Rig } from "./support/rig.ts";

const LONGEST = "k".repeat(255);

it("refuses a key that does not fit before anything is sent", async () => {
  const rig = await Rig.open();
  const payout = rig.payout({ registered: await rig.registered() });
  const references = [
    { kind: "account", id: payout.registered.recipientId ?? "" },
    { kind: "bank_account", id: payout.registered.accountId ?? "" },
  ];
  const before = rig.fake.http.requests.length;
  const expected = { kind: "rejected", error: { reason: "PROCESSOR_KEY_UNUSABLE" } };
  for (const processorKey of [`${LONGEST}k`, "", "ke y", "k\u00e9y", "key\r\nx-evil: 1"]) {
    for (const step of ["account", "bank_account", "transfer", "payout"]) {
      const outcome = await rig.step(step, payout, references, { processorKey });
      expect(outcome).toMatchObject(expected);
    }
    const input = { processorKey };
    expect(await rig.stripe.registerRecipient?.(rig.recipient(input))).toMatchObject(expected);
    expect(await rig.stripe.registerAccount?.(rig.bank("acct_1", input))).toMatchObject(expected);
    expect((await rig.void(references, input)).kind).toBe("refused");
  }
  expect(rig.fake.http.requests).toHaveLength(before);
});

it("takes the longest key", async () => {
  const rig = await Rig.open();
  const payout = rig.payout({ registered: await rig.registered() });
  const { references = [] } = accepted(await rig.step("check", payout));
  accepted(await rig.step("transfer", payout, references, { processorKey: LONGEST }));
  // Adding a bank account takes two calls, and a key for each.
  const processorKey = LONGEST.slice(6);
  accepted(await rig.step("bank_account", payout, references, { processorKey }));
});

it("sends every step under its own key, and the payout in the connected account's name", async () => {
  const rig = await Rig.open();
  const { account } = await paidOut(rig);
  const { http } = rig.fake;
  const [transfer] = http.requestsTo("POST", "/v1/transfers");
  const [payout] = http.requestsTo("POST", "/v1/payouts");
  expect(transfer?.headers).toMatchObject({ "idempotency-key": keyOf("transfer") });
  expect(transfer?.headers["stripe-account"]).toBeUndefined();
  expect(transfer?.body).toMatchObject({
    amount: "1050",
    currency: "usd",
    destination: account,
    transfer_group: "payout_1",
    description: "an invoice",
    metadata: { payout_id: "payout_1", merchant_payout_id: "invoice-7" },
  });
  expect(payout?.headers).toMatchObject({
    "idempotency-key": keyOf("payout"),
    "stripe-account": account,
  });
  expect(payout?.body).toMatchObject({ method: "standard", metadata: { payout_id: "payout_1" } });
});

it("plans what is not known yet, and holds before money moves", async () => {
  const rig = await Rig.open();
  const plan = (registered: { recipientId: string | null; accountId: string | null }) =>
    rig.stripe.plan("create", rig.payout({ registered }));
  const moving = ["check", "transfer", "payout"];
  expect(plan({ recipientId: "acct_1", accountId: "ba_1" })).toEqual(moving);
  expect(plan({ recipientId: "acct_1", accountId: null })).toEqual(["bank_account", ...moving]);
  expect(plan({ recipientId: null, accountId: null })).toEqual([
    "account",
    "bank_account",
    ...moving,
  ]);
  const held = rig.payout({ fulfillment: "MANUAL" });
  expect(rig.stripe.plan("create", held)).toEqual(["account", "bank_account", "check"]);
  expect(rig.stripe.plan("transfer", held)).toEqual(["transfer", "payout"]);
  const effects = ["account", "bank_account", "check", "transfer", "payout"].map((step) =>
    rig.stripe.effectOf(step),
  );
  expect(effects).toEqual(["NOTHING", "NOTHING", "NOTHING", "MONEY", "MONEY"]);
});
