import { expect, it } from "vitest";
import { Course, openRig, PAYOUTS, to } from "./rig.ts";

const RECEIVER = "success@example.com";

/** PayPal's own test values stand in the note. */
async function refused(note: string) {
  const rig = await openRig();
  return { rig, outcome: await new Course(rig, { description: note }).call() };
}

/** A documented refusal (400), changed into another one. */
async function refusedWith(change: (body: Record<string, unknown>) => object, status = 400) {
  const rig = await openRig();
  rig.fake.http.faults.next({ method: "POST", path: PAYOUTS }, { kind: "drift", change });
  const note = status === 400 ? "ERRPYO010" : "ERRPYO005";
  return new Course(rig, { description: note }).call();
}

it("no money is a refusal, with PayPal's words for support", async () => {
  const { outcome } = await refused("ERRPYO005");
  expect(outcome).toMatchObject({
    kind: "rejected",
    error: {
      category: "CONNECTOR_DECLINED",
      reason: "INSUFFICIENT_FUNDS",
      connectorCode: "INSUFFICIENT_FUNDS",
      connectorMessage: "Sender does not have sufficient funds.",
      connectorRequestId: expect.stringMatching(/./),
    },
  });
});

it("a currency of which the account has nothing is a refusal", async () => {
  const rig = await openRig();
  const amount = { minorAmount: 100n, currency: "SEK" };
  expect(await new Course(rig, { amount, destinationCurrency: "SEK" }).call()).toMatchObject({
    kind: "rejected",
    error: { reason: "CURRENCY_UNSUPPORTED", connectorCode: "NON_HOLDING_CURRENCY" },
  });
});

it.each(["ERRPYO001", "ERRPYO002", "ERRPYO003"])(
  "what the merchant has to mend at PayPal did nothing (%s)",
  async (note) => {
    const { rig, outcome } = await refused(note);
    expect(outcome).toMatchObject({
      kind: "not_sent",
      error: { category: "CONFIGURATION", reason: "CREDENTIALS_REFUSED" },
      later: {},
    });
    expect(rig.fake.batches.all).toEqual([]);
  },
);

it.each([
  ["items[0].receiver", "RECIPIENT_DATA_INVALID"],
  ["items[0].recipient_type", "RECIPIENT_DATA_INVALID"],
  ["items[0].amount.currency", "CURRENCY_UNSUPPORTED"],
  ["items[0].amount.value", "AMOUNT_UNSUPPORTED"],
  ["sender_batch_header", "REQUEST_REFUSED"],
])("a fault with %s is one of the data", async (field, reason) => {
  const details = [{ field, value: RECEIVER, issue: "It is wrong" }];
  expect(await refusedWith((body) => ({ ...body, details }))).toMatchObject({
    kind: "rejected",
    error: { category: "VALIDATION", reason, connectorMessage: "It is wrong" },
  });
});

it("a message that repeats the address is left out", async () => {
  const details = [{ field: "items[0].receiver", issue: `${RECEIVER.toUpperCase()} is unknown` }];
  const outcome = await refusedWith((body) => ({ ...body, details }));
  expect(outcome).toMatchObject({ kind: "rejected", error: { connectorCode: "VALIDATION_ERROR" } });
  expect(JSON.stringify(outcome)).not.toMatch(/success@example/i);
});

it.each([
  ["a request that is still in progress", { name: "PREVIOUS_REQUEST_IN_PROGRESS" }],
  ["a time-out of PayPal's own", { name: "REQUEST_TIMEOUT_EXCEEDED" }],
  ["a fault of PayPal's own", { name: "INTERNAL_ERROR" }],
  ["something that PayPal does not explain", { name: "UNDEFINED" }],
  ["a page of somebody in between", { name: undefined, html: "no" }],
])("%s leaves the outcome open", async (_name, body) => {
  expect((await refusedWith(() => body)).kind).toBe("unknown");
  expect((await refusedWith(() => body, 422)).kind).toBe("unknown");
});

it("a refusal of a name that nobody has written down is a refusal all the same", async () => {
  expect(await refusedWith((body) => ({ ...body, name: "SOMETHING_NEW" }))).toMatchObject({
    kind: "rejected",
    error: { reason: "REQUEST_REFUSED", connectorCode: "SOMETHING_NEW" },
  });
});

it.each<[Record<string, string>]>([
  [{ client_id: "with:colon" }],
  [{ client_secret: "with\r\nline: x" }],
])("settings that cannot be used send nothing (%#)", async (settings) => {
  const rig = await openRig(settings);
  const course = new Course(rig, { method: to("success") });
  course.references = [{ kind: "batch", id: "ABC" }];
  const error = { category: "CONFIGURATION", reason: "CONNECTOR_ACCOUNT_INVALID" };
  expect(await course.call()).toMatchObject({ kind: "not_sent", error });
  expect(await course.lookup()).toMatchObject({ kind: "unreachable", error });
  expect(await course.void()).toMatchObject({ kind: "not_sent", error });
  expect(rig.fake.http.requests).toEqual([]);
});
