import { afterEach, beforeEach, expect, it } from "vitest";
import { FakeProcessor } from "../support/fake-processor.ts";
import { Client } from "./client.ts";
import { FakeAdyen } from "./fake.ts";
import { hmacSignature } from "./signature.ts";

let fake: FakeAdyen;
let endpoint: FakeProcessor;
let answer: string;
let client: Client;

beforeEach(async () => {
  answer = "[accepted]";
  fake = await FakeAdyen.open();
  fake.fund("EUR", 10_000n);
  endpoint = new FakeProcessor();
  endpoint.route("POST", "/hook", () => ({ status: 200, body: answer }));
  await endpoint.listen();
  fake.webhooks.url = `${endpoint.url}/hook`;
  client = new Client(fake);
});

afterEach(async () => {
  await Promise.all([fake.http.close(), endpoint.close()]);
  fake.http.assertClean();
});

function numbers(): unknown[] {
  return endpoint.requests.map(({ body }) => {
    return (body as { data: { sequenceNumber: number } }).data.sequenceNumber;
  });
}

it("tells of every change, signed over the bytes that are sent", async () => {
  const id = await client.payId();
  fake.credit(id);
  expect(endpoint.requests).toHaveLength(0);
  await fake.webhooks.deliverAll();
  expect(numbers()).toEqual([1, 2, 3, 4]);
  const bodies = endpoint.requests.map(({ body }) => body);
  expect(bodies[0]).toMatchObject({
    type: "balancePlatform.transfer.created",
    data: { id, status: "received", reference: "po_1" },
  });
  expect(bodies[3]).toMatchObject({
    type: "balancePlatform.transfer.updated",
    data: { id, status: "credited", tracking: { type: "confirmation", status: "credited" } },
  });
  for (const { raw, headers } of endpoint.requests) {
    expect(headers["hmacsignature"]).toBe(hmacSignature(raw, fake.secrets.hmacKey));
    expect(headers["authorization"]).toBe(`Basic ${btoa("payout-service:webhook-password")}`);
  }
});

it("signs as the processor's own library does", () => {
  // Made once with `calculateHmac` of @adyen/api-library 32.1.0, which brings too much to stay.
  const raw =
    '{"data":{"id":"6JKRLZ8LOT47J7RY","status":"booked","reference":"Zoë’s payout"},' +
    '"environment":"test","type":"balancePlatform.transfer.updated"}';
  const key = "00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF";
  const signature = "Xk8CyWAcSTgFtOr4bjc6koIL7ta5WMg5Y7rlAJB1Ikk=";
  expect(hmacSignature(Buffer.from(raw), key)).toBe(signature);
});

it("comes out of order and twice", async () => {
  fake.credit(await client.payId());
  fake.webhooks.reorder("reverse");
  fake.webhooks.duplicate("balancePlatform.transfer.created");
  await fake.webhooks.deliverAll();
  expect(numbers()).toEqual([4, 3, 2, 1, 1]);
});

it("comes again until it is accepted in so many words", async () => {
  await client.payId();
  answer = "ok";
  const [refused] = await fake.webhooks.deliverAll();
  expect(refused).toMatchObject({ status: 200, delivered: false });
  answer = "[accepted]";
  expect(await fake.webhooks.deliverAll()).toMatchObject([{ delivered: true }]);
  expect(numbers()).toEqual([1, 1]);
});

it("tells what became of a review, and of a transfer that came back", async () => {
  const id = await client.payId({ review: { numberOfApprovalsRequired: 1 } });
  await client.review("approve", id);
  fake.decideReview(id);
  fake.return(id);
  await fake.webhooks.deliverAll();
  const statuses = endpoint.requests.map(
    ({ body }) => (body as { data: { status: string } }).data.status,
  );
  expect(statuses).toEqual(["received", "approvalPending", "authorised", "booked", "returned"]);
});
