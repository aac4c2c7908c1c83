import type { JsonObject } from "@bufbuild/protobuf";
import Fastify from "fastify";
import { describe, expect, test } from "vitest";
import { faultOfExchange } from "./check-exchange.ts";
import { OPENAPI } from "./document.ts";
import type { Exchange } from "./exchange.ts";
import { takeFaults } from "./faults.ts";
import { faultAt } from "./validators.ts";
import { watchExchanges } from "./watch-exchanges.ts";

const components = OPENAPI["components"] as unknown as {
  readonly schemas: Record<string, { readonly examples?: readonly JsonObject[] }>;
  readonly responses: Record<
    string,
    { readonly content: Record<string, { readonly example?: JsonObject }> }
  >;
};
const PAYOUT = exampleOf("Payout");
const EVENT = exampleOf("Event");
const REQUEST = { amount: { minorAmount: "1050", currency: "USD" }, recipientId: "rcp_1" };
const PROBLEM =
  components.responses["Problem404"]?.content["application/problem+json"]?.example ?? {};

function exampleOf(schema: string): JsonObject {
  const [example] = components.schemas[schema]?.examples ?? [];
  if (example === undefined) throw new Error(`${schema} needs an example`);
  return example;
}

function exchange(given: {
  method?: string;
  target?: string;
  sent?: object;
  status?: number;
  type?: string;
  answer?: object;
  headers?: Record<string, string>;
}): Exchange {
  const { status = 200, sent, answer = PAYOUT } = given;
  const type = status < 400 ? "application/json" : "application/problem+json";
  return {
    method: given.method ?? "POST",
    target: given.target ?? "/v1/payouts",
    requestHeaders: given.headers ?? {},
    requestBody: Buffer.from(sent === undefined ? "" : JSON.stringify(sent)),
    status,
    answerHeaders: { "content-type": given.type ?? type },
    answerBody: Buffer.from(JSON.stringify(answer)),
  };
}

describe("an exchange is as the document says", () => {
  test.each<[string, Parameters<typeof exchange>[0]]>([
    ["a call", { sent: REQUEST }],
    [
      "numbers for 64 bits",
      { sent: { ...REQUEST, amount: { minorAmount: 1050, currency: "USD" } } },
    ],
    [
      "names of the contract",
      { sent: { amount: { minor_amount: "1", currency: "USD" }, recipient_id: "r" } },
    ],
    ["null for what is absent", { sent: { ...REQUEST, connector: null } }],
    [
      "the path's field in the body as well",
      { target: "/v1/payouts/po_1/void", sent: { payout_id: "po_1" } },
    ],
    ["no body where none is needed", { target: "/v1/payouts/po_1/void" }],
    ["a refusal", { status: 404, answer: PROBLEM }],
    ["a refused request, whatever it was", { sent: { odd: 1 }, status: 404, answer: PROBLEM }],
    ["a page", { method: "GET", target: "/l/token", answer: { anything: 1 } }],
    [
      "a query",
      {
        method: "GET",
        target: "/v1/payouts?page_size=5&status=PENDING&status=7",
        answer: { payouts: [], nextPageToken: "" },
      },
    ],
  ])("%s", (_name, given) => {
    expect(faultOfExchange(exchange(given))).toBeNull();
  });
});

describe("an exchange is not as the document says", () => {
  test.each<[string, Parameters<typeof exchange>[0], string]>([
    ["a field that is not described", { sent: REQUEST, answer: { ...PAYOUT, odd: 1 } }, "(odd)"],
    [
      "below, too",
      {
        sent: REQUEST,
        answer: { ...PAYOUT, amount: { minorAmount: "1", currency: "USD", odd: 1 } },
      },
      "/amount must NOT have additional",
    ],
    [
      "a field that is not printed",
      { sent: REQUEST, answer: without(PAYOUT, "description") },
      "'description'",
    ],
    [
      "a number for 64 bits",
      { sent: REQUEST, answer: { ...PAYOUT, amount: { minorAmount: 1, currency: "USD" } } },
      "/amount/minorAmount must be string",
    ],
    [
      "an unknown status of a payout",
      { sent: REQUEST, answer: { ...PAYOUT, status: "ODD" } },
      "/status must be equal to one of",
    ],
    ["an unknown status of HTTP", { sent: REQUEST, status: 418, answer: PROBLEM }, "answered 418"],
    ["another type", { sent: REQUEST, type: "text/html" }, "with text/html"],
    ["a reason of another status", { status: 409, answer: { ...PROBLEM, status: 409 } }, "/reason"],
    [
      "a refusal without its reason",
      { status: 404, answer: without(PROBLEM, "reason") },
      "'reason'",
    ],
    ["an unknown field that was taken", { sent: { ...REQUEST, odd: 1 } }, "request that was taken"],
    [
      "two destinations that were taken",
      { sent: { ...REQUEST, disburseAccountId: "acct_1" } },
      "must match exactly one",
    ],
    ["nothing that was taken", {}, "the body is required"],
    [
      "zero that was taken",
      { sent: { ...REQUEST, amount: { minorAmount: "0", currency: "USD" } } },
      "request that was taken",
    ],
    [
      "too long a text that was taken",
      { sent: { ...REQUEST, description: "x".repeat(501) } },
      "/description",
    ],
    [
      "an unknown parameter that was taken",
      { method: "GET", target: "/v1/payouts?odd=1", answer: { payouts: [], nextPageToken: "" } },
      "query: / must NOT have additional properties (odd)",
    ],
    [
      "too large a page that was taken",
      {
        method: "GET",
        target: "/v1/payouts?pageSize=101",
        answer: { payouts: [], nextPageToken: "" },
      },
      "/pageSize must be <= 100",
    ],
    [
      "a bad key that was taken",
      { sent: REQUEST, headers: { "idempotency-key": "a b" } },
      "header Idempotency-Key",
    ],
    ["a path that is not described", { target: "/v1/odd", answer: {} }, "is not in the document"],
    ["a method that is not described", { method: "PUT" }, "is not in the document"],
  ])("%s", (_name, given, fault) => {
    expect(faultOfExchange(exchange(given))).toContain(fault);
  });

  test("in a stream's event", () => {
    const stream = (data: object) => ({
      ...exchange({ method: "GET", target: "/v1/events/stream", type: "text/event-stream" }),
      answerBody: Buffer.from(
        `:\n\nid: 1\nevent: payout.pending\ndata: ${JSON.stringify(data)}\n\n`,
      ),
    });
    expect(faultOfExchange(stream(EVENT))).toBeNull();
    expect(faultOfExchange(stream({ ...EVENT, odd: 1 }))).toContain("event: / must NOT have");
  });
});

test("a service that is watched has its faults kept, whoever calls it", async () => {
  const app = await watchExchanges(async () => Fastify());
  app.post("/v1/payouts", async () => ({ ...PAYOUT, odd: 1 }));
  await app.inject({ method: "POST", url: "/v1/payouts", payload: REQUEST });
  expect(takeFaults()).toEqual([expect.stringContaining("(odd)")]);
  const other = Fastify();
  other.post("/v1/payouts", async () => ({ odd: 1 }));
  await other.inject({ method: "POST", url: "/v1/payouts", payload: REQUEST });
  expect(takeFaults()).toEqual([]);
  await Promise.all([app.close(), other.close()]);
});

test("the examples of answers are answers", () => {
  const examples = Object.entries(components.schemas).flatMap(([name, { examples }]) =>
    (examples ?? []).map((example) => [name, example] as const),
  );
  expect(examples.length).toBeGreaterThan(10);
  for (const [name, example] of examples) {
    expect({ name, fault: faultAt(`#/components/schemas/${name}`, example) }).toEqual({
      name,
      fault: null,
    });
  }
});

function without(object: JsonObject, name: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([each]) => each !== name));
}
