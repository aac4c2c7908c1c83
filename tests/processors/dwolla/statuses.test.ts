import { afterEach, beforeEach, expect, it } from "vitest";
import { ManualClock } from "../support/manual-clock.ts";
import { Client } from "./client.ts";
import { FakeDwolla } from "./fake.ts";

let clock: ManualClock;
let fake: FakeDwolla;
let client: Client;
let bank: string;

beforeEach(async () => {
  clock = new ManualClock();
  fake = await FakeDwolla.open({ clock });
  fake.fund(10_000n);
  client = new Client(fake);
  await client.logIn();
  bank = await client.receiver();
});

afterEach(async () => {
  await fake.http.close();
  fake.http.assertClean();
});

async function pay(changes: Record<string, unknown> = {}): Promise<string> {
  return (await client.post("/transfers", client.transfer(bank, changes))).id;
}

it("fails with a return code, and gives the money back", async () => {
  const id = await pay();
  expect((await client.call("GET", `/transfers/${id}/failure`)).status).toBe(404);
  fake.fail(id, "R16");
  const transfer = await client.get(`/transfers/${id}`);
  expect(transfer.status).toBe("failed");
  expect(await client.get(transfer._links.failure.href)).toMatchObject({
    code: "R16",
    description: "Bank Account Frozen",
  });
  expect(fake.balanceCents).toBe(10_000n);
});

it("comes back days after it was processed, and takes the bank account away", async () => {
  const id = await pay();
  fake.process(id);
  expect(fake.balanceCents).toBe(5_800n);
  clock.advance(3 * 86_400_000);
  await client.logIn();
  fake.return(id, "R02");
  expect((await client.get(`/transfers/${id}`)).status).toBe("failed");
  expect((await client.get(`/transfers/${id}/failure`)).code).toBe("R02");
  expect((await client.get(bank)).removed).toBe(true);
  expect(fake.balanceCents).toBe(10_000n);
});

it("deactivates the customer where the bank says that nothing was authorized", async () => {
  const id = await pay();
  fake.return(id, "R10");
  expect(fake.customer(fake.transfer(id).destination.customerId ?? "").status).toBe("deactivated");
});

it("cancels what is pending, and nothing that was sent or is over", async () => {
  const [first, second, third] = [
    await pay(),
    await pay(),
    await pay({ amount: { value: "1.00", currency: "USD" } }),
  ];
  const cancel = (id: string) => client.post(`/transfers/${id}`, { status: "cancelled" });
  expect((await cancel(first)).body.status).toBe("cancelled");
  expect(fake.balanceCents).toBe(5_700n);
  fake.send(second);
  expect((await client.get(`/transfers/${second}`))._links.cancel).toBeUndefined();
  expect((await client.get(`/transfers/${second}`)).status).toBe("pending");
  fake.process(third);
  for (const id of [first, second, third]) {
    const late = await cancel(id);
    expect([late.status, late.body._embedded.errors[0].code]).toEqual([400, "NotAllowed"]);
  }
  fake.cancel(second);
  expect((await client.get(`/transfers/${second}`)).status).toBe("cancelled");
});

it("does not take a step that cannot be reached any more", async () => {
  const id = await pay();
  fake.fail(id);
  expect(() => fake.process(id)).toThrow("too late");
  expect(() => fake.return(id)).toThrow("too late");
  expect(() => fake.fail(id)).toThrow("not pending");
  expect(() => fake.transfer("none")).toThrow("no transfer");
});

it("holds a deferred mass payment until it is released", async () => {
  const made = await client.post(
    "/mass-payments",
    client.massPayment([bank], { status: "deferred" }),
  );
  expect([made.status, made.body]).toEqual([201, undefined]);
  const path = `/mass-payments/${made.id}`;
  expect(await client.get(path)).toMatchObject({
    status: "deferred",
    total: { value: "10.00", currency: "USD" },
    correlationId: "batch_1",
  });
  expect(() => fake.startMassPayment(made.id)).toThrow("deferred");
  expect((await client.get(`${path}/items`))._embedded.items[0].status).toBe("pending");

  const released = await client.post(path, { status: "pending" });
  expect([released.status, released.body.status]).toEqual([200, "pending"]);
  const again = await client.post(path, { status: "pending" });
  expect([again.status, again.body._embedded.errors[0].path]).toEqual([400, "/status"]);
  fake.startMassPayment(made.id);
  expect((await client.get(path)).status).toBe("processing");
  fake.completeMassPayment(made.id);
  expect((await client.get(path)).status).toBe("complete");

  const [item] = (await client.get(`${path}/items?status=success`))._embedded.items;
  expect(await client.get(`/mass-payment-items/${item.id}`)).toMatchObject({
    status: "success",
    correlationId: "po_1",
  });
  // The item's success is a transfer that is still to arrive.
  const transfer = await client.get(item._links.transfer.href);
  expect(transfer).toMatchObject({ status: "pending", correlationId: "po_1" });
  fake.return(transfer.id, "R23");
  expect((await client.get(`/mass-payment-items/${item.id}`)).status).toBe("success");
});

it("cancels a deferred mass payment, and no other", async () => {
  const deferred = await client.post(
    "/mass-payments",
    client.massPayment([bank], { status: "deferred" }),
  );
  const cancelled = await client.post(`/mass-payments/${deferred.id}`, { status: "cancelled" });
  expect(cancelled.body.status).toBe("cancelled");
  const atOnce = await client.post("/mass-payments", client.massPayment([bank]));
  const late = await client.post(`/mass-payments/${atOnce.id}`, { status: "cancelled" });
  expect(late.status).toBe(400);
  expect((await client.call("GET", "/mass-payments/none")).status).toBe(404);
});

it("fails items one by one; the whole is complete all the same", async () => {
  const other = await client.receiver("other@example.com", "Other");
  const body = client.massPayment([bank, fake.href("funding-sources/none"), other]);
  fake.fund(-8_500n);
  const { id } = await client.post("/mass-payments", body, { "idempotency-key": "k1" });
  expect((await client.post("/mass-payments", body, { "idempotency-key": "k1" })).id).toBe(id);
  fake.completeMassPayment(id);
  expect((await client.get(`/mass-payments/${id}`)).status).toBe("complete");
  const { items } = (await client.get(`/mass-payments/${id}/items`))._embedded;
  expect(items.map((each: { status: string }) => each.status)).toEqual([
    "success",
    "failed",
    "failed",
  ]);
  expect(items[1]._embedded.errors[0].message).toBe("Receiver not found.");
  expect(items[2]._embedded.errors[0].code).toBe("InsufficientFunds");
  expect(fake.balanceCents).toBe(500n);
});

it("does what bank accounts are named for when banks are run", async () => {
  const failing = await client.receiver("r01@example.com", "R01");
  const returning = await client.receiver("r23@example.com", "R23-late");
  const ids: string[] = [];
  for (const destination of [bank, failing, returning]) {
    const changes = { amount: { value: "5.00", currency: "USD" } };
    ids.push((await client.post("/transfers", client.transfer(destination, changes))).id);
  }
  const statuses = () => ids.map((id) => fake.transfer(id).status);
  expect((await client.call("POST", "/sandbox-simulations")).body.total).toBe(3);
  expect(statuses()).toEqual(["processed", "failed", "processed"]);
  expect((await client.call("POST", "/sandbox-simulations")).body.total).toBe(1);
  expect(statuses()).toEqual(["processed", "failed", "failed"]);
});

it("moves by itself when it is run by hand, and goes by the cents", async () => {
  const byHand = await FakeDwolla.open({ clock, stepMs: 1_000 });
  byHand.fund(100_000n);
  const own = new Client(byHand);
  await own.logIn();
  const destination = await own.receiver();
  const ids: string[] = [];
  for (const value of ["20.00", "20.16", "20.73"]) {
    const amount = { value, currency: "USD" };
    ids.push((await own.post("/transfers", own.transfer(destination, { amount }))).id);
  }
  await own.post("/mass-payments", own.massPayment([destination]));
  clock.advance(1_000);
  const statuses = () => byHand.transfers.map(({ status }) => status);
  expect(statuses()).toEqual(["processed", "failed", "failed", "processed"]);
  expect(byHand.transfers.map(({ failure }) => failure)).toEqual([
    undefined,
    "R16",
    "R23",
    undefined,
  ]);
  clock.advance(10_000);
  expect(byHand.massPayments[0]?.status).toBe("complete");
  await byHand.http.close();
  byHand.http.assertClean();
});
