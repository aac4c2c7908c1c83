import { afterEach, beforeEach, expect, it } from "vitest";
import { ManualClock } from "../support/manual-clock.ts";
import { Client, person } from "./client.ts";
import { FakeAdyen } from "./fake.ts";

let clock: ManualClock;
let fake: FakeAdyen;
let client: Client;

beforeEach(async () => {
  clock = new ManualClock();
  fake = await FakeAdyen.open({ clock, stepMs: 1_000 });
  fake.fund("EUR", 1_000_000n);
  client = new Client(fake);
});

afterEach(async () => {
  await fake.http.close();
  fake.http.assertClean();
});

const endings: readonly [string, string][] = [
  ["01", "refused"],
  ["02", "refused"],
  ["03", "rejected"],
  ["04", "error"],
  ["05", "failed"],
  ["06", "returned"],
  ["07", "reversed"],
  ["08", "pending"],
  ["09", "failed"],
  ["10", "booked"],
  ["11", "booked"],
  ["12", "booked"],
  ["13", "credited"],
  ["14", "expired"],
  ["15", "received"],
  ["99", "credited"],
];

it.each(endings)("an amount that ends in %s ends as %s", async (digits, status) => {
  const amount = { currency: "EUR", value: Number(`12${digits}`) };
  const id = await client.payId({ amount });
  clock.advance(10_000);
  expect((await client.get(id)).body.status).toBe(status);
});

it("decides reviews by itself", async () => {
  const review = { numberOfApprovalsRequired: 1 };
  const [first, second] = [await client.payId({ review }), await client.payId({ review })];
  clock.advance(10_000);
  await client.review("approve", first);
  await client.review("cancel", second);
  expect((await client.get(first)).body.status).toBe("approvalPending");
  clock.advance(10_000);
  expect((await client.get(first)).body.status).toBe("credited");
  expect((await client.get(second)).body.status).toBe("cancelled");
});

it.each([
  ["Hopper", "valid"],
  ["Missing", "invalid"],
  ["Rejected", "rejected"],
  ["Pending", "pending"],
])("a person called %s is found %s", async (lastName, outcome) => {
  const individual = { ...person.individual, name: { firstName: "Simone", lastName } };
  const url = `${fake.legalEntityUrl}/legalEntities`;
  const { id } = (await client.call("POST", url, { type: "individual", individual })).body;
  clock.advance(1_000);
  const { capabilities } = (await client.call("GET", `${url}/${id}`)).body;
  expect(capabilities.sendToTransferInstrument.verificationStatus).toBe(outcome);
});
