import { afterEach, beforeEach, expect, it } from "vitest";
import { ManualClock } from "../support/manual-clock.ts";
import { checkingIsOn } from "../support/specs-folder.ts";
import { Client, checkedPerson, checking, receiveOnly } from "./client.ts";
import { FakeDwolla } from "./fake.ts";
import { halType } from "./hal.ts";
import { keyKeptMs } from "./idempotency.ts";
import { tokenLivesMs } from "./tokens.ts";

let clock: ManualClock;
let fake: FakeDwolla;
let client: Client;

beforeEach(async () => {
  clock = new ManualClock();
  fake = await FakeDwolla.open({ clock });
  fake.fund(100_000n);
  client = new Client(fake);
  await client.logIn();
});

afterEach(async () => {
  await fake.http.close();
  fake.http.assertClean();
});

/** The customer whose bank account was added first. */
function receiverId(): string {
  return fake.http.requestsTo("POST", "/customers/{id}/funding-sources")[0]?.params["id"] ?? "";
}

it("pays somebody who receives only: customer, bank, transfer, processed", async () => {
  const customer = await client.post("/customers", receiveOnly);
  expect([customer.status, customer.body]).toEqual([201, undefined]);
  expect(customer.location).toBe(fake.href(`customers/${customer.id}`));
  expect(await client.get(`/customers/${customer.id}`)).toMatchObject({
    ...receiveOnly,
    status: "unverified",
  });

  const bank = await client.post(`/customers/${customer.id}/funding-sources`, checking);
  expect([bank.status, bank.body]).toEqual([201, undefined]);
  expect(await client.get(`/funding-sources/${bank.id}`)).toMatchObject({
    status: "unverified",
    type: "bank",
    removed: false,
  });

  const transfer = await client.post("/transfers", client.transfer(bank.location));
  expect([transfer.status, transfer.body]).toEqual([201, undefined]);
  const pending = await client.call("GET", `/transfers/${transfer.id}`);
  expect(pending.headers.get("content-type")).toBe(halType);
  expect(pending.body).toMatchObject({
    status: "pending",
    amount: { value: "42.00", currency: "USD" },
    correlationId: "po_1",
    _links: { cancel: { href: transfer.location }, "destination-funding-source": {} },
  });
  fake.process(transfer.id);
  const processed = await client.get(`/transfers/${transfer.id}`);
  expect(processed.status).toBe("processed");
  expect(processed._links.cancel).toBeUndefined();
  expect(fake.balanceCents).toBe(95_800n);
});

it("wants a token, for an hour, and HAL", async () => {
  expect((await client.logIn("wrong")).body).toEqual({ error: "invalid_client" });
  const given = await client.logIn();
  expect(given.body).toMatchObject({ token_type: "bearer", expires_in: 3600 });
  expect((await client.get("/"))._links.account.href).toBe(fake.href(`accounts/${fake.accountId}`));
  clock.advance(tokenLivesMs);
  const late = await client.call("GET", "/");
  expect([late.status, late.body.code]).toEqual([401, "ExpiredAccessToken"]);
  await client.logIn();
  fake.revokeTokens();
  expect((await client.call("GET", "/transfers/x")).body.code).toBe("InvalidAccessToken");
});

it.runIf(checkingIsOn)("notes what the document does not allow", async () => {
  await client.call("GET", "/customers", undefined, { accept: "application/json" });
  await client.post("/transfers", { amount: { value: 42, currency: "USD" } });
  const noted = fake.http.violations.splice(0).map(({ in: place, pointer }) => [place, pointer]);
  expect(noted).toEqual([
    ["header", "/accept"],
    ["body", "/_links"],
    ["body", "/amount/value"],
  ]);
  const { id } = await client.post("/customers", receiveOnly);
  fake.customer(id).status = "retry";
  await client.get(`/customers/${id}`);
  const [first] = fake.http.violations.splice(0);
  expect(first).toMatchObject({ side: "reply", operation: "GET /customers/{id}" });
});

it("says what is wrong in the embedded list", async () => {
  const bank = await client.receiver();
  const errorOf = async (body: object) => {
    const { status, body: reply } = await client.post("/transfers", body as never);
    expect([status, reply.code]).toEqual([400, "ValidationError"]);
    return [reply._embedded.errors[0].code, reply._embedded.errors[0].path];
  };
  const amount = (value: string) => ({ amount: { currency: "USD", value } });
  const source = "/_links/source/href";
  const destination = "/_links/destination/href";
  const nobody = fake.href("funding-sources/none");
  expect(await errorOf(client.transfer(nobody))).toEqual(["Invalid", destination]);
  expect(await errorOf(client.transfer(bank, { _links: { destination: { href: bank } } }))).toEqual(
    ["Invalid", source],
  );
  expect(await errorOf(client.transfer(bank, amount("1.234")))).toEqual([
    "InvalidFormat",
    "/amount/value",
  ]);
  expect(await errorOf(client.transfer(bank, amount("0.00")))).toEqual([
    "InvalidFormat",
    "/amount/value",
  ]);
  expect(await errorOf(client.transfer(bank, amount("10000.01")))).toEqual([
    "Invalid",
    "/amount/value",
  ]);
  expect(await errorOf(client.transfer(bank, amount("1000.01")))).toEqual([
    "InsufficientFunds",
    source,
  ]);
  const tooLong = { correlationId: "c".repeat(256) };
  expect(await errorOf(client.transfer(bank, tooLong))).toEqual([
    "InvalidFormat",
    "/correlationId",
  ]);
  fake.setCustomerStatus(receiverId(), "suspended");
  expect(await errorOf(client.transfer(bank))).toEqual(["Restricted", destination]);
  expect((await client.call("GET", "/transfers/none")).body.code).toBe("NotFound");
  expect(fake.balanceCents).toBe(100_000n);
  expect(fake.transfers).toHaveLength(0);
});

it("answers a key and its body with the first 201, for a day", async () => {
  const bank = await client.receiver();
  const key = { "idempotency-key": "k1" };
  const body = client.transfer(bank);
  const first = await client.post("/transfers", body, key);
  clock.advance(keyKeptMs - 1);
  await client.logIn();
  const again = await client.post("/transfers", body, key);
  expect([again.status, again.location]).toEqual([201, first.location]);
  const other = await client.post("/transfers", client.transfer(bank, { correlationId: "x" }), key);
  expect(other.location).not.toBe(first.location);
  clock.advance(1);
  expect((await client.post("/transfers", body, key)).location).not.toBe(first.location);
  expect(fake.transfers).toHaveLength(3);
});

it("says 409 while the first request of a key runs, and keeps no refusal", async () => {
  const bank = await client.receiver();
  const key = { "idempotency-key": "k1" };
  const gate = fake.http.gates.next({ method: "POST", path: "/transfers" });
  const first = client.post("/transfers", client.transfer(bank), key);
  await gate.arrived;
  expect((await client.post("/transfers", client.transfer(bank), key)).status).toBe(409);
  gate.open();
  expect((await client.post("/transfers", client.transfer(bank), key)).location).toBe(
    (await first).location,
  );
  fake.fund(-fake.balanceCents);
  const poor = client.transfer(bank, { correlationId: "po_2" });
  expect((await client.post("/transfers", poor, key)).status).toBe(400);
  fake.fund(4_200n);
  expect((await client.post("/transfers", poor, key)).status).toBe(201);
});

it("knows customers by e-mail and banks by number, and points to what is there", async () => {
  const customer = await client.post("/customers", receiveOnly, { "idempotency-key": "k1" });
  const again = await client.post("/customers", receiveOnly, { "idempotency-key": "k1" });
  expect(again.body._embedded.errors[0]).toMatchObject({
    code: "Duplicate",
    path: "/email",
    _links: { about: { href: customer.location } },
  });
  const banks = `/customers/${customer.id}/funding-sources`;
  const bank = await client.post(banks, checking);
  const twice = await client.post(banks, checking);
  expect([twice.status, twice.body.code]).toEqual([400, "DuplicateResource"]);
  expect(twice.body._links.about.href).toBe(bank.location);
  const wrong = { ...checking, routingNumber: "222222227" };
  expect((await client.post(banks, wrong)).body._embedded.errors[0].path).toBe("/routingNumber");

  fake.keysOnEveryPost = true;
  const other = { ...receiveOnly, email: "other@example.com" };
  const kept = await client.post("/customers", other, { "idempotency-key": "k2" });
  expect(await client.post("/customers", other, { "idempotency-key": "k2" })).toMatchObject({
    status: 201,
    location: kept.location,
  });
});

it("asks persons for their identity again, and those who receive only never", async () => {
  const person = await client.post("/customers", { ...checkedPerson, firstName: "retry" });
  const path = `/customers/${person.id}`;
  expect((await client.get(path)).status).toBe("retry");
  const retried = await client.post(path, { ...checkedPerson, firstName: "document" });
  expect(retried.body.status).toBe("document");
  fake.setCustomerStatus(person.id, "suspended");
  expect((await client.get(path)).status).toBe("suspended");

  const receiver = await client.post("/customers", receiveOnly);
  expect(() => fake.setCustomerStatus(receiver.id, "retry")).toThrow("never retry");
  const ended = await client.post(`/customers/${receiver.id}`, { status: "deactivated" });
  expect(ended.body.status).toBe("deactivated");
  expect((await client.get("/customers?search=jane%40example.com")).total).toBe(1);
  expect((await client.get("/customers?status=suspended"))._embedded.customers).toHaveLength(1);
});

it("finds by correlation id, of the account and of the customer", async () => {
  const bank = await client.receiver();
  for (const correlationId of ["a", "b", "b"]) {
    await client.post("/transfers", client.transfer(bank, { correlationId }));
  }
  const list = `/accounts/${fake.accountId}/transfers`;
  expect((await client.get(`${list}?correlationId=b`)).total).toBe(2);
  const page = await client.get(`${list}?limit=2`);
  expect(page._embedded.transfers).toHaveLength(2);
  expect((await client.get(page._links.next.href))._embedded.transfers).toHaveLength(1);
  const customerId = fake.transfers[0]?.destination.customerId;
  expect((await client.get(`/customers/${customerId}/transfers?correlationId=a`)).total).toBe(1);
  expect((await client.get(`${list}?startDate=2030-01-01`)).total).toBe(0);
  expect((await client.call("GET", "/accounts/other/transfers")).status).toBe(404);
});

it("renames and removes banks, and pays to none that is removed", async () => {
  const bank = await client.receiver();
  expect((await client.post(bank.replace(fake.http.url, ""), { name: "R01" })).body.name).toBe(
    "R01",
  );
  await client.post(bank.replace(fake.http.url, ""), { removed: true });
  expect((await client.get(bank)).removed).toBe(true);
  const refused = await client.post("/transfers", client.transfer(bank));
  expect(refused.body._embedded.errors[0].message).toBe("Invalid destination funding source.");
  expect((await client.post(bank, { name: "again" })).status).toBe(403);
  const banks = `/customers/${receiverId()}/funding-sources`;
  expect((await client.get(banks)).total).toBe(1);
  expect((await client.get(`${banks}?removed=false`)).total).toBe(0);
});
