import { expect, it } from "vitest";
import { PublishedApi, type WireRequest } from "./published-api.ts";
import { checkingIsOn } from "./specs-folder.ts";

const document = {
  openapi: "3.0.3",
  paths: {
    "/things/{id}": {
      parameters: [{ name: "id", in: "path", required: true, schema: { type: "integer" } }],
      get: {
        parameters: [
          { name: "limit", in: "query", schema: { type: "integer" } },
          { name: "tags", in: "query", schema: { type: "array", items: { type: "string" } } },
          { name: "X-Key", in: "header", required: true, schema: { type: "string", maxLength: 3 } },
        ],
        responses: { 200: { $ref: "#/components/responses/thing" }, "4XX": { description: "no" } },
      },
    },
    "/things/new": {
      post: {
        requestBody: {
          required: true,
          content: {
            "application/json": { schema: { $ref: "#/components/schemas/thing" } },
            "application/x-www-form-urlencoded": { schema: { $ref: "#/components/schemas/thing" } },
          },
        },
        responses: { 201: { description: "made" } },
      },
    },
  },
  components: {
    responses: {
      thing: {
        content: { "application/json": { schema: { $ref: "#/components/schemas/thing" } } },
      },
    },
    schemas: {
      thing: {
        type: "object",
        required: ["id", "amount"],
        additionalProperties: false,
        properties: {
          id: { type: "string", readOnly: true },
          amount: { type: "integer", minimum: 0, exclusiveMinimum: true },
          note: { type: "string", nullable: true },
          deep: { type: "object", properties: { on: { type: "boolean" } } },
          kind: {
            oneOf: [{ $ref: "#/components/schemas/a" }, { $ref: "#/components/schemas/b" }],
            discriminator: { propertyName: "type" },
          },
        },
      },
      a: { type: "object", properties: { type: { type: "string" } } },
      b: { type: "object", properties: { type: { type: "string" }, more: { type: "string" } } },
    },
  },
};

const api = new PublishedApi("own", document, "/api");

function check(method: string, path: string, more: Partial<WireRequest> = {}): string[] {
  const operation = api.find(method, path);
  if (!operation) throw new Error("no operation");
  const request = { method, path, query: "", headers: {}, raw: Buffer.alloc(0), ...more };
  return api
    .checkRequest(operation, request)
    .map((each) => `${each.in} ${each.pointer} ${each.rule}`);
}

function json(body: unknown): Partial<WireRequest> {
  return {
    headers: { "content-type": "application/json; charset=utf-8" },
    raw: Buffer.from(JSON.stringify(body)),
  };
}

function form(text: string): Partial<WireRequest> {
  return {
    headers: { "content-type": "application/x-www-form-urlencoded" },
    raw: Buffer.from(text),
  };
}

function reply(status: number, body: string, contentType = "application/json"): string[] {
  const operation = api.find("GET", "/api/things/1");
  if (!operation) throw new Error("no operation");
  return api
    .checkReply(operation, { status, contentType, raw: Buffer.from(body) })
    .map((each) => `${each.in} ${each.pointer} ${each.rule}`);
}

it("finds the most exact path, under its prefix only", () => {
  expect(api.find("POST", "/api/things/new")?.name).toBe("POST /things/new");
  expect(api.find("GET", "/api/things/7")?.params).toEqual({ id: "7" });
  expect(api.find("GET", "/things/7")).toBeUndefined();
  expect(api.find("DELETE", "/api/things/7")).toBeUndefined();
});

it("checks path, query and header parameters with the types of the document", () => {
  const headers = { "x-key": "abc" };
  expect(check("GET", "/api/things/7", { query: "limit=3&tags=a&tags=b", headers })).toEqual([]);
  expect(check("GET", "/api/things/x", { query: "limit=y&other=1" })).toEqual([
    "path /id type",
    "query /other additionalProperties",
    "query /limit type",
    "header /x-key required",
  ]);
});

it("checks a JSON body without converting anything", () => {
  expect(check("POST", "/api/things/new", json({ amount: 1, note: null }))).toEqual([]);
  expect(check("POST", "/api/things/new", json({ amount: "1", other: 2 }))).toEqual([
    "body /other additionalProperties",
    "body /amount type",
  ]);
  expect(check("POST", "/api/things/new", json({ amount: 0 }))).toEqual([
    "body /amount exclusiveMinimum",
  ]);
});

it("checks a form as nested objects of the document's types", () => {
  expect(check("POST", "/api/things/new", form("amount=1&deep[on]=true"))).toEqual([]);
  expect(check("POST", "/api/things/new", form("amount=one&deep[on]=maybe"))).toEqual([
    "body /amount type",
    "body /deep/on type",
  ]);
});

it("lets alternatives overlap, as published ones do", () => {
  expect(check("POST", "/api/things/new", json({ amount: 1, kind: { type: "a" } }))).toEqual([]);
});

it("keeps what is read-only out of requests and asks for it in replies", () => {
  expect(check("POST", "/api/things/new", json({ amount: 1, id: "x" }))).toEqual([
    "body /id readOnly",
  ]);
  expect(reply(200, '{"amount":1,"id":"x"}')).toEqual([]);
  expect(reply(200, '{"amount":1}')).toEqual(["body /id required"]);
});

it("says what is wrong with a body as a whole", () => {
  expect(check("POST", "/api/things/new")).toEqual(["body  missing"]);
  expect(check("POST", "/api/things/new", { ...json({}), raw: Buffer.from("{") })).toEqual([
    "body  unparseable",
  ]);
  expect(
    check("POST", "/api/things/new", { raw: Buffer.from("x"), headers: { "content-type": "a/b" } }),
  ).toEqual(["content-type  unknown"]);
  expect(reply(200, "")).toEqual(["body  missing"]);
  expect(reply(404, "")).toEqual([]);
  expect(reply(500, "")).toEqual(["status  unknown"]);
  expect(reply(200, "x", "text/html")).toEqual(["content-type  unknown"]);
});

it("never tells a value", () => {
  const operation = api.find("POST", "/api/things/new");
  if (!operation) throw new Error("no operation");
  const body = { amount: "DE89370400440532013000", deep: { on: "secret-word" } };
  const wire = { method: "POST", path: "/api/things/new", query: "", headers: {}, ...json(body) };
  const told = JSON.stringify(api.checkRequest(operation, wire as WireRequest));
  expect(told).not.toContain("DE8937");
  expect(told).not.toContain("secret-word");
});

const documents = [
  "stripe",
  "wise",
  "paypal-payouts",
  "paypal-webhooks",
  "adyen-transfers",
  "adyen-legal-entity",
  "adyen-configuration",
  "dwolla",
  "revolut-business",
];

it.skipIf(!checkingIsOn).each(documents)("makes validators for all of %s", (name) => {
  const real = PublishedApi.load(name);
  if (!real) throw new Error("not loaded");
  for (const each of real.operationNames()) {
    const [method = "", template = ""] = each.split(" ");
    const path = template.replace(/\{[^}]+\}/g, "1");
    const operation = real.find(method, path);
    if (!operation) throw new Error(`not found: ${each}`);
    const types = ["application/json", "application/x-www-form-urlencoded"];
    for (const type of types) {
      const headers = { "content-type": type };
      const raw = Buffer.from(type.endsWith("json") ? "{}" : "a[b]=c");
      real.checkRequest(operation, { method, path, query: "", headers, raw });
    }
    for (const status of [200, 201, 400]) {
      const contentType = name === "dwolla" ? "application/vnd.dwolla.v1.hal+json" : types[0];
      real.checkReply(operation, { status, contentType, raw: Buffer.from("{}") });
    }
  }
});
