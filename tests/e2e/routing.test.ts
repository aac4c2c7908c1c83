import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Routing_Basis, Routing_Candidate_Verdict } from "../../gen/payout/v1/payout_pb.js";
import { PayoutService } from "../../gen/payout/v1/payout_service_pb.js";
import { RoutingService } from "../../gen/payout/v1/routing_service_pb.js";
import { startTestApp, type TestApp } from "./support/start-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

interface RestAnswer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a JSON body, read by its expectations
  readonly body: any;
}

async function rest(
  method: string,
  path: string,
  body?: unknown,
  options: { readonly key?: string; readonly idempotencyKey?: string } = {},
): Promise<RestAnswer> {
  const answer = await fetch(`${app.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${options.key ?? app.apiKey}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(options.idempotencyKey === undefined
        ? {}
        : { "idempotency-key": options.idempotencyKey }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
}

const RULE = { name: "small", condition: "amount < 2000", connectors: ["sandbox"] };
const PAYOUT = {
  amount: { minorAmount: "1050", currency: "USD" },
  payoutMethodData: { venmo: { phone: "+12025550123" } },
  metadata: { sandbox_scenario: "instant_success" },
};

describe("routing over REST", () => {
  it("reads no rules, replaces them, and replays the answer for the same key", async () => {
    const { key } = app.addKey({ merchant: "other" });
    const before = await rest("GET", "/v1/routing-rules", undefined, { key });
    expect(before.body).toEqual({ rules: [], etag: "v0" });
    const request = { rules: [RULE], etag: "v0" };
    const options = { key, idempotencyKey: "rules-1" };
    const first = await rest("PUT", "/v1/routing-rules", request, options);
    expect(first).toMatchObject({ status: 200, body: { rules: [RULE], etag: "v1" } });
    const again = await rest("PUT", "/v1/routing-rules", request, options);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    const stale = await rest("PUT", "/v1/routing-rules", request, { key });
    expect(stale).toMatchObject({ status: 412, body: { reason: "ETAG_MISMATCH" } });
    const reused = await rest("PUT", "/v1/routing-rules", { rules: [] }, options);
    expect(reused).toMatchObject({ status: 422, body: { reason: "IDEMPOTENCY_KEY_REUSED" } });
    expect((await rest("GET", "/v1/routing-rules", undefined, { key })).body).toEqual(first.body);
    // Nobody else sees them.
    expect((await rest("GET", "/v1/routing-rules")).body).toEqual({ rules: [], etag: "v0" });
  });

  it("refuses rules that cannot work, without a word of theirs", async () => {
    const secret = "k_4242424242424242";
    const rules = [
      RULE,
      { name: "b", condition: `${secret} ==`, connectors: ["sandbox"] },
      { name: "c", condition: `metadata.tier > ${secret}`, connectors: ["sandbox"] },
      { name: "d", condition: "amount", connectors: ["nowhere"] },
    ];
    const { status, body } = await rest("PUT", "/v1/routing-rules", { rules });
    expect(status).toBe(400);
    expect(body.errors.map(({ field }: { field: string }) => field)).toEqual([
      "rules[1].condition",
      "rules[2].condition",
      "rules[3].condition",
      "rules[3].connectors[0]",
    ]);
    expect(JSON.stringify(body)).not.toContain(secret);
    for (const wrong of [
      { ...RULE, name: "" },
      { ...RULE, name: "with space" },
      { ...RULE, condition: "a".repeat(2001) },
      { ...RULE, connectors: [] },
      { ...RULE, connectors: ["sandbox", "sandbox"] },
    ]) {
      const answer = await rest("PUT", "/v1/routing-rules", { rules: [wrong] });
      expect(answer).toMatchObject({ status: 400, body: { reason: "VALIDATION_FAILED" } });
    }
    const many = Array.from({ length: 101 }, (_unused, i) => ({ ...RULE, name: `r${i}` }));
    expect((await rest("PUT", "/v1/routing-rules", { rules: many })).status).toBe(400);
    expect((await rest("GET", "/v1/routing-rules")).body.etag).toBe("v0");
  });

  it("previews what Create then stores, and shows it on the payout and its events", async () => {
    const { key } = app.addKey({ merchant: "other" });
    const rules = [
      { name: "gold", condition: 'metadata.tier == "gold"', connectors: ["sandbox"] },
      { name: "venmo", condition: 'method == "venmo"', connectors: ["sandbox"] },
    ];
    await rest("PUT", "/v1/routing-rules", { rules }, { key });
    const asked = { amount: PAYOUT.amount, method: "VENMO", metadata: PAYOUT.metadata };
    const preview = await rest("POST", "/v1/routing-rules/preview", asked, { key });
    expect(preview).toMatchObject({
      status: 200,
      body: {
        basis: "RULE",
        rule: "venmo",
        candidates: [{ connector: "sandbox", verdict: "CHOSEN", why: "" }],
        unevaluatedRules: ["gold"],
      },
    });
    const created = await rest("POST", "/v1/payouts", PAYOUT, { key });
    expect(created.body).toMatchObject({ connector: "sandbox", routing: preview.body });
    const { payoutId } = created.body;
    const read = await rest("GET", `/v1/payouts/${payoutId}`, undefined, { key });
    expect(read.body.routing).toEqual(preview.body);
    const events = await rest("GET", `/v1/events?objectId=${payoutId}`, undefined, { key });
    for (const { data } of events.body.events) {
      expect(data.payout.routing).toEqual(preview.body);
    }
  });

  it("needs the scope connectors", async () => {
    const { key } = app.addKey({ scopes: ["payouts:write"] });
    for (const [method, path, body] of [
      ["GET", "/v1/routing-rules", undefined],
      ["PUT", "/v1/routing-rules", { rules: [] }],
      ["POST", "/v1/routing-rules/preview", { amount: PAYOUT.amount }],
    ] as const) {
      expect(await rest(method, path, body, { key })).toMatchObject({ status: 403 });
    }
  });
});

describe("routing over gRPC", () => {
  it("replaces, previews and shows", async () => {
    const { key } = app.addKey({ merchant: "other" });
    const transport = createGrpcTransport({ baseUrl: app.url });
    const headers = { authorization: `Bearer ${key}` };
    const routing = createClient(RoutingService, transport);
    const { routingRules } = await routing.replaceRoutingRules({ rules: [RULE] }, { headers });
    expect(routingRules).toMatchObject({ etag: "v1", rules: [RULE] });
    const read = await routing.getRoutingRules({}, { headers });
    expect(read.routingRules).toEqual(routingRules);
    const amount = { minorAmount: 1050n, currency: "USD" };
    const preview = await routing.previewRouting({ amount }, { headers });
    expect(preview.routing).toMatchObject({
      basis: Routing_Basis.RULE,
      rule: "small",
      candidates: [{ connector: "sandbox", verdict: Routing_Candidate_Verdict.CHOSEN }],
    });
    const named = await routing.previewRouting({ amount, connector: "sandbox" }, { headers });
    expect(named.routing).toMatchObject({ basis: Routing_Basis.CALLER, rule: "" });
    const { payout } = await createClient(PayoutService, transport).create(
      {
        amount,
        payoutMethodData: { method: { case: "venmo", value: { phone: "+12025550123" } } },
      },
      { headers },
    );
    expect(payout?.routing).toEqual(preview.routing);
  });
});
