import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { grpc } from "../../client/src/grpc.ts";
import { grpcWeb } from "../../client/src/grpc-web.ts";
import {
  createPayoutClient,
  Payout_Status,
  type PayoutTransport,
  payoutError,
} from "../../client/src/index.ts";
import { startTestApp, type TestApp } from "../e2e/support/start-app.ts";
import { aPayout } from "./support/a-payout.ts";
import { failureOf } from "./support/failure-of.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

const FACES: Readonly<Record<string, { readonly transport?: PayoutTransport }>> = {
  Connect: {},
  gRPC: { transport: grpc },
  "gRPC-Web": { transport: grpcWeb },
};

describe.each(Object.entries(FACES))("over %s", (face, transport) => {
  const connect = (apiKey: string | undefined = app.apiKey) =>
    createPayoutClient({ baseUrl: app.url, apiKey, ...transport });

  test("a payout is made once for its key, and can be read", async () => {
    const { payouts } = connect();
    const replayed: (string | null)[] = [];
    const options = {
      idempotencyKey: `once-${face}`,
      onHeader: (headers: Headers) => void replayed.push(headers.get("idempotency-replayed")),
    };
    const first = await payouts.create(aPayout(), options);
    const again = await payouts.create(aPayout(), options);
    expect(first.payout?.payoutId).toMatch(/^po_/);
    expect(again.payout?.payoutId).toBe(first.payout?.payoutId);
    expect(replayed).toEqual([null, "true"]);
    const { payout } = await payouts.get({ payoutId: first.payout?.payoutId ?? "" });
    expect(payout?.amount).toMatchObject({ minorAmount: 12500n, currency: "USD" });
    expect([Payout_Status.PENDING, Payout_Status.SUCCESS]).toContain(payout?.status);
  });

  test("a refusal is told with its reason, its fields and the request's id", async () => {
    const { payouts } = connect();
    const thrown = await failureOf(
      payouts.create({ amount: { minorAmount: 0n, currency: "dollars" } }),
    );
    const error = payoutError(thrown);
    expect(error).toMatchObject({
      code: "invalid_argument",
      reason: "VALIDATION_FAILED",
      retryable: false,
      retryAfterMs: undefined,
    });
    expect(error.fields.map(({ field }) => field)).toContain("amount.currency");
    expect(error.fields.every(({ message }) => message !== "")).toBe(true);
    expect(error.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(error.message).not.toContain("[invalid_argument]");
  });

  test("a refusal has its facts", async () => {
    const { payouts } = connect();
    const merchantPayoutId = `fact-${face}`;
    const { payout } = await payouts.create({ ...aPayout(), merchantPayoutId });
    const thrown = await failureOf(payouts.create({ ...aPayout(), merchantPayoutId }));
    expect(payoutError(thrown)).toMatchObject({
      code: "already_exists",
      reason: "PAYOUT_ALREADY_EXISTS",
      metadata: { payout_id: payout?.payoutId },
    });
  });

  test("a call without a key of the API is refused", async () => {
    const thrown = await failureOf(
      createPayoutClient({ baseUrl: app.url, ...transport }).payouts.list({}),
    );
    expect(payoutError(thrown)).toMatchObject({
      code: "unauthenticated",
      reason: "API_KEY_MISSING",
    });
  });

  test("every service of the contract is there", async () => {
    const client = connect();
    await client.recipients.listRecipients({});
    await client.links.listLinks({});
    await client.events.listEvents({});
    await client.webhookEndpoints.listWebhookEndpoints({});
    await client.connectors.listConnectors({});
    await client.routing.getRoutingRules({});
    await client.admin.listMerchants({});
    await client.sandbox.listSandboxTransfers({});
  });

  test("events are watched as they happen", async () => {
    const { payouts, events } = connect(app.addKey({ merchant: "other" }).key);
    const { payout } = await payouts.create(aPayout());
    const first = (await events.listEvents({})).events.at(-1);
    const types: string[] = [];
    for await (const { event } of payouts.watch({ afterEventId: first?.eventId ?? "" })) {
      if (event === undefined) continue;
      types.push(event.type);
      if (event.type !== "payout.succeeded") continue;
      const { resource } = event.data ?? {};
      expect(resource?.case === "payout" && resource.value.payoutId).toBe(payout?.payoutId);
      break;
    }
    expect(types).toContain("payout.pending");
  });
});

describe("an idempotency key that is none", () => {
  for (const key of ["", "two words", "ключ", "x".repeat(256), undefined]) {
    test(`${JSON.stringify(key)?.slice(0, 20)} is refused before anything is sent`, async () => {
      let sent = 0;
      const { payouts } = createPayoutClient({
        baseUrl: app.url,
        apiKey: app.apiKey,
        fetch: (input, init) => {
          sent += 1;
          return fetch(input, init);
        },
      });
      // As a program without types would have it, from an order that lacks its number.
      const options = { idempotencyKey: key } as { idempotencyKey: string };
      const thrown = await failureOf(payouts.create(aPayout(), options));
      expect(payoutError(thrown).reason).toBe("IDEMPOTENCY_KEY_INVALID");
      expect(sent).toBe(0);
    });
  }
});

describe("options that cannot be meant", () => {
  const baseUrl = "http://127.0.0.1:8080";
  test.each([
    { baseUrl: "payouts.example" },
    { baseUrl: "file:///etc" },
    { baseUrl, apiKey: "" },
    { baseUrl, apiKey: "sk_test_a\n" },
    { baseUrl, retries: -1 },
    { baseUrl, retries: 11 },
    { baseUrl, retries: 0.5 },
    { baseUrl, timeoutMs: -1 },
    { baseUrl, timeoutMs: Number.NaN },
  ])("%j", (options) => {
    expect(() => createPayoutClient(options)).toThrow(TypeError);
  });
});
