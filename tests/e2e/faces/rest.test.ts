import { request as httpRequest } from "node:http";
import type { JsonObject } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PayoutService } from "../../../gen/payout/v1/payout_service_pb.js";
import { startTestApp, type TestApp } from "../support/start-app.ts";
import { restFace } from "./rest-face.ts";
import { PAYOUT, Shop } from "./shop.ts";

let app: TestApp;
let shop: Shop;
beforeAll(async () => {
  app = await startTestApp();
  shop = new Shop(app, restFace(app.url));
});
afterAll(() => app.stop());

function call(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${shop.key}`, ...init.headers };
  return fetch(app.url + path, { ...init, headers });
}

function post(path: string, body: string | Uint8Array<ArrayBuffer>, type = "application/json") {
  return call(path, { method: "POST", headers: { "content-type": type }, body });
}

/** A path exactly as it stands, which fetch would mend. */
function rawGet(path: string): Promise<{ readonly status: number; readonly problem: JsonObject }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${shop.key}` };
    const { host, port } = app;
    httpRequest({ host, port, path, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () =>
        resolve({
          status: answer.statusCode ?? 0,
          problem: JSON.parse(Buffer.concat(chunks).toString()) as JsonObject,
        }),
      );
    })
      .once("error", reject)
      .end();
  });
}

async function expectProblem(response: Response, status: number, reason: string) {
  expect({ status: response.status, type: response.headers.get("content-type") }).toEqual({
    status,
    type: "application/problem+json",
  });
  const problem = (await response.json()) as JsonObject;
  expect(problem).toMatchObject({
    type: `/docs/errors#${reason.toLowerCase()}`,
    status,
    reason,
    request_id: response.headers.get("x-request-id"),
  });
  return problem;
}

describe("queries", () => {
  let ids: readonly string[];
  let middle: string;
  beforeAll(async () => {
    shop = new Shop(app, restFace(app.url));
    const first = await shop.payout({ merchantPayoutId: "a/1" });
    app.clock.advance(2000);
    const second = await shop.payout({ metadata: { sandbox_scenario: "instant_success" } });
    const third = await shop.payout({ metadata: { sandbox_scenario: "decline" } });
    ids = [third, second, first];
    const { payout } = await shop.get(PayoutService.method.get, { payoutId: second });
    middle = String((payout as JsonObject)["createTime"]);
  });

  const list = async (query: string) => {
    const response = await call(`/v1/payouts${query}`);
    expect(response.status).toBe(200);
    const { payouts } = (await response.json()) as { payouts: { payoutId: string }[] };
    return payouts.map(({ payoutId }) => ids.indexOf(payoutId));
  };

  test("in lowerCamelCase and snake_case, repeated, with names and numbers of enums", async () => {
    expect(await list("")).toEqual([0, 1, 2]);
    expect(await list("?pageSize=2")).toEqual([0, 1]);
    expect(await list("?page_size=1")).toEqual([0]);
    expect(await list("?status=PENDING")).toEqual([2]);
    expect(await list("?status=PENDING&status=SUCCESS")).toEqual([1, 2]);
    expect(await list("?status=7&status=9")).toEqual([0, 2]);
    expect(await list("?merchantPayoutId=a%2F1")).toEqual([2]);
    expect(await list("?merchant_payout_id=a/1&currency=USD&connector=sandbox")).toEqual([2]);
    expect(await list("?currency=EUR")).toEqual([]);
  });

  test("with times: from is in, to is out", async () => {
    const time = encodeURIComponent(middle);
    expect(await list(`?createTimeFrom=${time}`)).toEqual([0, 1]);
    expect(await list(`?create_time_to=${time}`)).toEqual([2]);
    expect(await list(`?createTimeFrom=${time}&createTimeTo=${time}`)).toEqual([]);
    const east = encodeURIComponent("2000-01-01T02:00:00+02:00");
    expect(await list(`?createTimeFrom=${east}`)).toEqual([0, 1, 2]);
  });

  test("pages hold every row once", async () => {
    const seen: number[] = [];
    let token = "";
    do {
      const response = await call(`/v1/payouts?page_size=1&page_token=${token}`);
      const page = (await response.json()) as {
        payouts: { payoutId: string }[];
        nextPageToken: string;
      };
      seen.push(...page.payouts.map(({ payoutId }) => ids.indexOf(payoutId)));
      token = page.nextPageToken;
      // Comes before the first page, and so on none that follows.
      await shop.payout();
    } while (token !== "");
    expect(seen).toEqual([0, 1, 2]);
  });

  for (const [query, field, message] of [
    ["pagesize=1", "pagesize", "is not a known query parameter"],
    ["pageSize=1&page_size=1", "page_size", "is given more than once"],
    ["pageSize=many", "page_size", "must be a 32-bit integer"],
    ["status=PAID", "status[0]", "must be one of the values of its enum"],
    ["currency=%ff", "currency", "is not valid percent-encoded UTF-8"],
    ["currency=%4", "currency", "is not valid percent-encoded UTF-8"],
    [
      "createTimeFrom=yesterday",
      "create_time_from",
      "must be a time as in RFC 3339, such as 2026-01-31T12:00:00Z",
    ],
  ] as const) {
    test(`?${query} is refused by its field`, async () => {
      const problem = await expectProblem(
        await call(`/v1/payouts?${query}`),
        400,
        "VALIDATION_FAILED",
      );
      expect(problem["errors"]).toEqual([{ field, message }]);
      expect(problem["instance"]).toBe("/v1/payouts");
    });
  }

  test("a query beside a body is refused", async () => {
    const response = await post("/v1/payouts?fulfillment=MANUAL", JSON.stringify(PAYOUT));
    const problem = await expectProblem(response, 400, "VALIDATION_FAILED");
    expect(problem["errors"]).toMatchObject([{ field: "fulfillment" }]);
  });
});

describe("paths", () => {
  test("a reference with a slash and a colon in it, by-merchant-id", async () => {
    const payoutId = await shop.payout({ merchantPayoutId: "2026/07:a" });
    for (const path of ["2026%2F07:a", "2026%2f07%3Aa", "2026%2F07%3Aa?sync=STORED&view=FULL"]) {
      const response = await call(`/v1/payouts/by-merchant-id/${path}`);
      expect(await response.json()).toMatchObject({ payoutId, merchantPayoutId: "2026/07:a" });
    }
    const unknown = await call("/v1/payouts/by-merchant-id/nobody");
    await expectProblem(unknown, 404, "PAYOUT_NOT_FOUND");
  });

  test("an id in the path and another in the body is refused, the same is not", async () => {
    const payoutId = await shop.payout();
    const other = await shop.payout();
    const path = `/v1/payouts/${payoutId}/void`;
    const refused = await post(path, JSON.stringify({ payoutId: other }));
    const problem = await expectProblem(refused, 400, "VALIDATION_FAILED");
    expect(problem["errors"]).toMatchObject([{ field: "payout_id" }]);
    expect((await post(path, JSON.stringify({ payout_id: payoutId }))).status).toBe(200);
  });

  test("a mutation without a body", async () => {
    const payoutId = await shop.payout();
    const response = await call(`/v1/payouts/${payoutId}/void`, { method: "POST" });
    expect(await response.json()).toMatchObject({ status: "CANCELLED" });
  });

  test("HEAD answers GET's headers and no body", async () => {
    const path = `/v1/payouts/${await shop.payout()}?sync=STORED`;
    const [head, get] = [await call(path, { method: "HEAD" }), await call(path)];
    expect(head.status).toBe(200);
    expect(await head.text()).toBe("");
    const length = Buffer.byteLength(await get.text());
    expect(head.headers.get("content-length")).toBe(String(length));
    expect(head.headers.get("content-type")).toBe("application/json");
    const missing = await call("/v1/payouts/po_01h455vb4pex5vsknk084sn02q", { method: "HEAD" });
    expect(missing.status).toBe(404);
  });

  test("405 says what the path takes", async () => {
    for (const [path, method, allow] of [
      ["/v1/payouts", "DELETE", "GET, HEAD, POST"],
      ["/v1/payouts/stage", "PUT", "GET, HEAD, POST"],
      ["/v1/disburse-accounts/acct_1", "POST", "DELETE, GET, HEAD"],
      ["/v1/events/stream", "POST", "GET, HEAD"],
    ] as const) {
      const response = await call(path, { method });
      expect(response.headers.get("allow")).toBe(allow);
      await expectProblem(response, 405, "METHOD_NOT_ALLOWED");
    }
  });

  test("404 everywhere else, as a problem", async () => {
    for (const path of ["/v1", "/v1/", "/v1/payouts/", "/v1/nothing", "/nothing", "/v2/payouts"]) {
      await expectProblem(await call(path), 404, "METHOD_NOT_FOUND");
    }
    const response = await post("/nothing", "{}");
    await expectProblem(response, 404, "METHOD_NOT_FOUND");
  });

  test("percent garbage is refused", async () => {
    for (const [path, status, reason] of [
      ["/v1/payouts/%", 400, "MALFORMED_REQUEST"],
      ["/v1/payouts/%zz", 400, "MALFORMED_REQUEST"],
      ["/v1/payouts/%ff", 400, "MALFORMED_REQUEST"],
      ["/v1/payouts/by-merchant-id/a%2", 400, "MALFORMED_REQUEST"],
      ["/v1/payouts/by-merchant-id/%ed%a0%80", 400, "MALFORMED_REQUEST"],
      ["/v1/payouts/%00", 400, "VALIDATION_FAILED"],
      ["/%", 400, "MALFORMED_REQUEST"],
    ] as const) {
      const answer = await rawGet(path);
      expect({ path, status: answer.status, reason: answer.problem["reason"] }).toEqual({
        path,
        status,
        reason,
      });
    }
  });
});

describe("bodies", () => {
  test("415 for what is not plain JSON in UTF-8", async () => {
    const body = JSON.stringify(PAYOUT);
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "application/json; charset=utf-16",
      "application/xml",
    ]) {
      await expectProblem(await post("/v1/payouts", body, type), 415, "UNSUPPORTED_MEDIA_TYPE");
    }
    const zipped = await call("/v1/payouts", {
      method: "POST",
      headers: { "content-type": "application/json", "content-encoding": "gzip" },
      body,
    });
    await expectProblem(zipped, 415, "UNSUPPORTED_MEDIA_TYPE");
    const typed = await post("/v1/payouts", body, "Application/JSON; Charset=UTF-8");
    expect(typed.status).toBe(200);
  });

  test("413 past a mebibyte", async () => {
    const response = await post("/v1/payouts", `{"description":"${"x".repeat(1024 * 1024)}"}`);
    const problem = await expectProblem(response, 413, "REQUEST_TOO_LARGE");
    expect(problem).toMatchObject({ code: "resource_exhausted", retryable: false });
  });

  test("deep JSON and text that is no UTF-8 are refused", async () => {
    const deep = await post("/v1/payouts", "[".repeat(100_000) + "]".repeat(100_000));
    await expectProblem(deep, 400, "MALFORMED_REQUEST");
    const latin1 = await post(
      "/v1/payouts",
      new Uint8Array(Buffer.from('{"description":"é"}', "latin1")),
    );
    await expectProblem(latin1, 400, "MALFORMED_REQUEST");
  });

  test("a body where none is taken is refused", async () => {
    const accountId = await shop.account(await shop.recipient());
    const response = await call(`/v1/disburse-accounts/${accountId}`, {
      method: "DELETE",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    await expectProblem(response, 400, "MALFORMED_REQUEST");
  });

  test("an answer is plain JSON, with the id of the request", async () => {
    const response = await call("/v1/connectors");
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("the scheme of Authorization is Bearer, in any letters", async () => {
    for (const [authorization, status] of [
      [`bearer ${shop.key}`, 200],
      [`BEARER ${shop.key}`, 200],
      [shop.key, 401],
      [`Basic ${shop.key}`, 401],
      ["Bearer", 401],
      [`Bearer ${shop.key} x`, 401],
    ] as const) {
      const response = await call("/v1/connectors", { headers: { authorization } });
      expect({ authorization, status: response.status }).toEqual({ authorization, status });
      expect(response.headers.get("www-authenticate")).toBe(status === 401 ? "Bearer" : null);
    }
  });
});
