import { createHmac } from "node:crypto";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FakeProcessor } from "../support/fake-processor.ts";
import { Client } from "./client.ts";
import { requestSignature } from "./events.ts";
import { FakeDwolla } from "./fake.ts";

let fake: FakeDwolla;
let endpoint: FakeProcessor;
let client: Client;
let bank: string;

beforeEach(async () => {
  fake = await FakeDwolla.open();
  fake.fund(10_000n);
  endpoint = new FakeProcessor();
  endpoint.route("POST", "/hook", () => ({ status: 200 }));
  await endpoint.listen();
  client = new Client(fake);
  await client.logIn();
  bank = await client.receiver();
  fake.webhooks.drop("all");
});

afterEach(async () => {
  await Promise.all([fake.http.close(), endpoint.close()]);
  fake.http.assertClean();
});

function topics(): unknown[] {
  return endpoint.requests.map(({ body }) => (body as { topic: unknown }).topic);
}

async function subscribe(secret: string): Promise<string> {
  const url = `${endpoint.url}/hook`;
  return (await client.post("/webhook-subscriptions", { url, secret })).id;
}

it("tells account and customer, signs the bytes, and says nothing of what happened", async () => {
  await subscribe("s3cret");
  const { id } = await client.post("/transfers", client.transfer(bank));
  fake.return(id);
  await fake.webhooks.deliverAll();
  expect(topics()).toEqual([
    "transfer_created",
    "customer_transfer_created",
    "transfer_completed",
    "customer_transfer_completed",
    "transfer_failed",
    "customer_transfer_failed",
    "customer_funding_source_removed",
  ]);
  const [request] = endpoint.requests;
  expect(Object.keys(request?.body as object).sort()).toEqual([
    "_links",
    "correlationId",
    "created",
    "id",
    "resourceId",
    "timestamp",
    "topic",
  ]);
  expect(request?.body).toMatchObject({
    resourceId: id,
    correlationId: "po_1",
    _links: { resource: { href: fake.href(`transfers/${id}`) } },
  });
  for (const { raw, headers, body } of endpoint.requests) {
    const expected = createHmac("sha256", "s3cret").update(raw).digest("hex");
    expect(headers["x-request-signature-sha-256"]).toBe(expected);
    expect(headers["x-dwolla-topic"]).toBe((body as { topic: string }).topic);
  }
});

it("gives every event an id of its own, to be fetched and to be known again", async () => {
  fake.webhooks.url = `${endpoint.url}/hook`;
  fake.process((await client.post("/transfers", client.transfer(bank))).id);
  fake.webhooks.duplicate("transfer_completed");
  await fake.webhooks.deliverAll();
  const ids = endpoint.requests.map(({ body }) => (body as { id: string }).id);
  expect(new Set(ids).size).toBe(4);
  expect(ids).toHaveLength(5);
  expect(await client.get(`/events/${ids[0]}`)).toEqual(endpoint.requests[0]?.body);
  expect((await client.call("GET", "/events/none")).status).toBe(404);
});

it("pauses, resumes and ends a subscription", async () => {
  const id = await subscribe("first");
  const path = `/webhook-subscriptions/${id}`;
  await client.post(path, { paused: true });
  expect(fake.webhooks.url).toBeUndefined();
  expect((await client.get(path)).paused).toBe(true);
  await client.post(path, { paused: false });
  expect(fake.webhooks.url).toBe(`${endpoint.url}/hook`);
  expect(fake.webhookSecret).toBe("first");
  await subscribe("second");
  expect(fake.webhookSecret).toBe("second");
  expect((await client.get("/webhook-subscriptions")).total).toBe(2);
  await client.call("DELETE", path);
  expect((await client.get("/webhook-subscriptions")).total).toBe(1);
  const long = { url: endpoint.url, secret: "s".repeat(129) };
  const refused = await client.post("/webhook-subscriptions", long);
  expect(refused.body._embedded.errors[0].path).toBe("/secret");
});

it("tells of customers, banks and mass payments", async () => {
  const customerId = fake.http.requestsTo("POST", "/customers/{id}/funding-sources")[0]?.params[
    "id"
  ];
  fake.webhooks.url = `${endpoint.url}/hook`;
  fake.setCustomerStatus(customerId ?? "", "suspended");
  const body = client.massPayment([bank], { status: "deferred" });
  const { id } = await client.post("/mass-payments", body);
  await client.post(`/mass-payments/${id}`, { status: "cancelled" });
  await fake.webhooks.deliverAll();
  expect(topics()).toEqual([
    "customer_suspended",
    "mass_payment_created",
    "mass_payment_cancelled",
  ]);
});

it("signs by HMAC-SHA256 in hexadecimal, keyed by the secret as it stands", () => {
  // The well-known test vector of RFC 4231, case 2.
  expect(requestSignature(Buffer.from("what do ya want for nothing?"), "Jefe")).toBe(
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  );
});
