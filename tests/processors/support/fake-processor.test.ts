import { connect } from "node:net";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FakeProcessor } from "./fake-processor.ts";
import { effectHappened, type Fault, type FaultKind } from "./faults.ts";

let fake: FakeProcessor;
let acted: number;

beforeEach(async () => {
  acted = 0;
  fake = new FakeProcessor();
  fake.route("POST", "/v1/things/{id}", ({ params }) => {
    acted += 1;
    return { status: 201, body: { id: params["id"], amount: 7 } };
  });
  await fake.listen();
});

afterEach(() => fake.close());

function send(signal?: AbortSignal): Promise<Response> {
  return fetch(`${fake.url}/v1/things/a%20b?x=1`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-two": "2" },
    body: '{"n":1}',
    ...(signal ? { signal } : {}),
  });
}

function codeOf(error: unknown): unknown {
  return (error as { cause?: { code?: unknown } }).cause?.code;
}

it("keeps what arrived", async () => {
  const response = await send();
  expect(await response.json()).toEqual({ id: "a b", amount: 7 });
  expect(fake.requestsTo("POST", "/v1/things/{id}")).toMatchObject([
    { order: 1, params: { id: "a b" }, queryText: "x=1", body: { n: 1 }, replied: 201 },
  ]);
  expect(fake.requests[0]?.raw.toString()).toBe('{"n":1}');
  expect(fake.requests[0]?.headers["x-two"]).toBe("2");
  fake.assertClean();
});

it("does nothing for a client that goes away within its request", async () => {
  const { hostname, port } = new URL(fake.url);
  const socket = connect(Number(port), hostname);
  const headers = "Host: fake\r\nContent-Type: application/json\r\nContent-Length: 100";
  socket.write(`POST /v1/things/a HTTP/1.1\r\n${headers}\r\n\r\n{"half":`);
  await vi.waitUntil(() => fake.requests.length === 1);
  socket.destroy();
  expect((await send()).status).toBe(201);
  expect(acted).toBe(1);
  fake.assertClean();
});

it("answers by its own 404 where there is no route, and by 500 where a handler throws", async () => {
  expect((await fetch(`${fake.url}/nothing`)).status).toBe(404);
  fake.route("GET", "/throws", () => {
    throw new Error("mistake in the fake");
  });
  expect((await fetch(`${fake.url}/throws`)).status).toBe(500);
  expect(() => fake.assertClean()).toThrow("mistake in the fake");
});

it("asks middlewares from the outside in", async () => {
  const seen: string[] = [];
  fake.use(async (_request, next) => {
    seen.push("outer");
    return next();
  });
  fake.use(() => {
    seen.push("inner");
    return { status: 401 };
  });
  expect((await send()).status).toBe(401);
  expect(seen).toEqual(["outer", "inner"]);
  expect(acted).toBe(0);
});

it("refuses while the port is closed, and is there again on the same port", async () => {
  await send();
  fake.faults.next({}, { kind: "refuse" });
  await fake.closePort();
  await expect(send().catch((error) => Promise.reject(codeOf(error)))).rejects.toBe("ECONNREFUSED");
  await fake.openPort();
  expect((await send()).status).toBe(201);
  expect(fake.requests).toHaveLength(2);
});

const breaking: readonly Fault[] = [
  { kind: "drop-at-accept" },
  { kind: "reset-before-read" },
  { kind: "reset-after-read" },
  { kind: "half-headers" },
  { kind: "half-body" },
];

it.each(breaking)("$kind breaks the call once", async (fault) => {
  fake.faults.next({ method: "POST", path: "/v1/things/{id}" }, fault);
  await expect(send().then((response) => response.json())).rejects.toThrow();
  expect(acted > 0).toBe(effectHappened[fault.kind]);
  expect(fake.faults.left).toBe(0);
  expect((await send()).status).toBe(201);
});

it.each<FaultKind>(["stall", "stall-before-act"])("%s never answers", async (kind) => {
  fake.faults.next({}, { kind } as Fault);
  await expect(send(AbortSignal.timeout(100))).rejects.toThrow();
  expect(acted > 0).toBe(effectHappened[kind]);
});

const answering: readonly [Fault, number, string][] = [
  [{ kind: "status-500-before-act" }, 500, '{"message":"unavailable"}'],
  [{ kind: "status-503-after-act" }, 503, '{"message":"unavailable"}'],
  [{ kind: "unparseable-2xx" }, 201, '{"id": "<html>'],
  [{ kind: "empty-2xx" }, 201, ""],
  [{ kind: "slow", ms: 20 }, 201, '{"id":"a b","amount":7}'],
  [{ kind: "rate-limited", retryAfterSeconds: 3 }, 429, '{"message":"unavailable"}'],
  [
    {
      kind: "drift",
      change: (body: { amount: number }) => ({ ...body, amount: `${body.amount}` }),
    },
    201,
    '{"id":"a b","amount":"7"}',
  ],
];

it.each(answering)("$kind answers otherwise", async (fault, status, body) => {
  fake.faults.next({}, fault);
  const response = await send();
  expect([response.status, await response.text()]).toEqual([status, body]);
  if (fault.kind === "rate-limited") expect(response.headers.get("retry-after")).toBe("3");
  expect(acted > 0).toBe(effectHappened[fault.kind]);
  expect(fake.requests[0]).toMatchObject({ fault: fault.kind, replied: status });
});

it("hits as many requests as are named, and only those that fit", async () => {
  fake.faults.next({ path: "/v1/things/other" }, { kind: "status-500-before-act" });
  fake.faults.next({ when: ({ queryText }) => queryText === "x=1" }, { kind: "empty-2xx" }, 2);
  const bodies = [];
  for (let i = 0; i < 3; i += 1) bodies.push((await (await send()).text()).length > 0);
  expect(bodies).toEqual([false, false, true]);
  expect(fake.faults.left).toBe(1);
});

it("holds a request at a gate", async () => {
  const gate = fake.gates.next({ method: "POST" });
  const first = send();
  await gate.arrived;
  expect(acted).toBe(0);
  expect((await send()).status).toBe(201);
  gate.open();
  expect((await first).status).toBe(201);
  expect(acted).toBe(2);
});
