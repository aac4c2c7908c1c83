import { expect, it } from "vitest";
import type { PayoutMethod } from "../../../src/domain/payout-method/index.ts";
import { Course, openRig, PAYOUTS } from "./rig.ts";

/** What was sent of an item. */
async function sent(changes: ConstructorParameters<typeof Course>[1]) {
  const rig = await openRig();
  const course = new Course(rig, changes);
  await course.call();
  const [request] = rig.fake.http.requestsTo("POST", PAYOUTS);
  const body = request?.body as { items: readonly Record<string, unknown>[] } | undefined;
  return { course, body, item: body?.items[0] };
}

it.each<[string, PayoutMethod, object]>([
  [
    "an e-mail address",
    { kind: "paypal", email: "ada@example.com" },
    { recipient_type: "EMAIL", recipient_wallet: "PAYPAL", receiver: "ada@example.com" },
  ],
  [
    "a phone of the US",
    { kind: "paypal", phone: "+14082341234" },
    { recipient_type: "PHONE", recipient_wallet: "PAYPAL", receiver: "4082341234" },
  ],
  [
    "a phone of elsewhere",
    { kind: "paypal", phone: "+917342341234" },
    { recipient_type: "PHONE", recipient_wallet: "PAYPAL", receiver: "917342341234" },
  ],
  [
    "an id of PayPal's",
    { kind: "paypal", paypalId: "G83JXTJ5EHCQ2" },
    { recipient_type: "PAYPAL_ID", recipient_wallet: "PAYPAL", receiver: "G83JXTJ5EHCQ2" },
  ],
  [
    "Venmo",
    { kind: "venmo", phone: "+14082341234" },
    { recipient_type: "PHONE", recipient_wallet: "VENMO", receiver: "4082341234" },
  ],
])("pays to %s", async (_name, method, receiver) => {
  const { course, body } = await sent({ method });
  expect(body).toEqual({
    sender_batch_header: { sender_batch_id: course.keys["payout"] },
    items: [
      {
        ...receiver,
        amount: { currency: "USD", value: "12.34" },
        note: "Invoice 1",
        sender_item_id: "po_1",
      },
    ],
  });
});

it.each([
  ["two\nlines\u2028more\u0000", "two lines more"],
  ["é".repeat(2_000), "é".repeat(1_000)],
  ["😀".repeat(1_001), "😀".repeat(1_000)],
])("the note is one line that fits (%#)", async (description, note) => {
  expect((await sent({ description })).item).toMatchObject({ note });
});

it("without a description has no note, but for Venmo, which wants one", async () => {
  expect((await sent({ description: " " })).item).not.toHaveProperty("note");
  const method = { kind: "venmo", phone: "+14082341234" } as const;
  expect((await sent({ description: "", method })).item).toMatchObject({ note: "Payout" });
});

it.each<[string, ConstructorParameters<typeof Course>[1], string]>([
  [
    "an address that is too long",
    { method: { kind: "paypal", email: `${"a".repeat(120)}@example.com` } },
    "RECIPIENT_DATA_INVALID",
  ],
  [
    "another currency at Venmo",
    {
      method: { kind: "venmo", phone: "+14082341234" },
      amount: { minorAmount: 100n, currency: "EUR" },
      destinationCurrency: "EUR",
    },
    "CURRENCY_UNSUPPORTED",
  ],
  [
    "a bank account",
    { method: { kind: "sepa", iban: "DE89370400440532013000", holderName: "Ada" } },
    "METHOD_UNSUPPORTED",
  ],
  ["a method without an address", { method: { kind: "paypal" } }, "METHOD_UNSUPPORTED"],
])("%s is refused before anything is sent", async (_name, changes, reason) => {
  const { course } = await sent(changes);
  expect(await course.call()).toMatchObject({
    kind: "rejected",
    error: { category: "VALIDATION", reason },
  });
  expect(course.rig.fake.http.requests).toEqual([]);
});

it("a step that is none is refused before anything is sent", async () => {
  const rig = await openRig();
  expect(await new Course(rig).call("dance")).toMatchObject({
    kind: "rejected",
    error: { reason: "UNKNOWN_STEP" },
  });
  expect(rig.fake.http.requests).toEqual([]);
});
