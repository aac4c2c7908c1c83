import { createHash } from "node:crypto";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FakeProcessor } from "./fake-processor.ts";
import { WebhookSender } from "./webhook-sender.ts";

let endpoint: FakeProcessor;
let sender: WebhookSender;
let status: number;

beforeEach(async () => {
  status = 200;
  endpoint = new FakeProcessor();
  endpoint.route("POST", "/hook", () => ({ status, body: "[accepted]" }));
  await endpoint.listen();
  sender = new WebhookSender({
    clock: endpoint.clock,
    maxAttempts: 3,
    sign: ({ raw, attempts }) => ({
      "x-hash": createHash("sha256").update(raw).digest("hex"),
      "x-try": String(attempts),
    }),
  });
  sender.url = `${endpoint.url}/hook`;
  for (const id of ["a", "b", "c"]) sender.enqueue({ id, type: `t.${id}`, body: { id } });
});

afterEach(() => endpoint.close());

function arrived(): unknown[] {
  return endpoint.requests.map(({ body }) => (body as { id: unknown }).id);
}

it("sends nothing by itself, and signs the bytes that it sends", async () => {
  expect(endpoint.requests).toHaveLength(0);
  const outcome = await sender.deliver();
  expect(outcome).toMatchObject({ status: 200, body: "[accepted]", delivered: true });
  const [request] = endpoint.requests;
  const hash = createHash("sha256")
    .update(request?.raw ?? "")
    .digest("hex");
  expect(request?.headers["x-hash"]).toBe(hash);
});

it("delivers in order, by type, twice and in any order", async () => {
  await sender.deliver("t.b");
  sender.reorder("reverse");
  sender.duplicate("t.a");
  await sender.deliverAll();
  sender.duplicate("t.b");
  await sender.deliverAll();
  expect(arrived()).toEqual(["b", "c", "a", "a", "b"]);
  sender.enqueue({ id: "d", type: "t.d", body: {} });
  expect(() => sender.reorder([1])).toThrow();
  sender.drop("all");
  expect(await sender.deliverAll()).toEqual([]);
});

it("tries again what was refused, later than the others, and gives up in the end", async () => {
  endpoint.faults.next({}, { kind: "status-500-before-act" });
  endpoint.faults.next({}, { kind: "reset-after-read" });
  const outcomes = await sender.deliverAll(2);
  expect(outcomes.map(({ status: each }) => each)).toEqual([500, undefined, 200, 200, 200]);
  expect(arrived()).toEqual(["a", "b", "c", "a", "b"]);
  expect(endpoint.requests[3]?.headers["x-try"]).toBe("2");

  status = 404;
  sender.enqueue({ id: "d", type: "t.d", body: { id: "d" } });
  await sender.deliverAll(9);
  expect(arrived().slice(5)).toEqual(["d", "d", "d"]);
});
