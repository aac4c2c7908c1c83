import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PayoutService } from "../../../gen/payout/v1/payout_service_pb.js";
import { startTestApp, type TestApp } from "../support/start-app.ts";
import type { Answer } from "./answer.ts";
import type { Face } from "./face.ts";
import { openFaces } from "./open-faces.ts";
import { REFUSALS, type Refused } from "./refusals.ts";
import { field, PAYOUT, Shop } from "./shop.ts";
import { withoutVolatile } from "./without-volatile.ts";

let app: TestApp;
let faces: readonly Face[];
beforeAll(async () => {
  app = await startTestApp();
  faces = openFaces(app);
});
afterAll(async () => {
  for (const face of faces) face.close();
  await app.stop();
});

/** Holds one face's answer to what the row says, and REST to RFC 9457. */
function check({ told, rpc = {}, status }: Refused, answer: Answer): unknown {
  if (answer.ok) expect.fail("was not refused");
  expect(withoutVolatile(answer.told)).toMatchObject(told);
  expect(answer.told.message).not.toBe("");
  if (answer.rest === undefined) {
    expect(answer.rpc).toMatchObject({ domain: "payout.v1", ...rpc });
    return withoutVolatile(answer.told);
  }
  const { headers, problem } = answer.rest;
  expect(answer.rest.status).toBe(status);
  expect(headers.get("content-type")).toBe("application/problem+json");
  const { reason } = answer.told;
  expect(problem).toEqual({
    type: `/docs/errors#${reason.toLowerCase()}`,
    title: expect.stringMatching(/^[A-Z]/),
    status,
    detail: answer.told.message,
    instance: expect.stringMatching(/^\/v1\//),
    code: answer.told.code,
    reason,
    errors: answer.told.violations,
    metadata: answer.told.metadata,
    request_id: headers.get("x-request-id"),
    retryable: false,
  });
  expect(String(problem["instance"])).not.toContain("?");
  return withoutVolatile(answer.told);
}

describe("every refusal is the same by every face", () => {
  for (const row of REFUSALS) {
    test(row.name, async () => {
      const told = await Promise.all(
        faces.map(async (face) => {
          const shop = new Shop(app, face, row.merchant ?? "other");
          const request = await row.request(shop);
          return check(row, await shop.call(row.method, request, row.options?.(shop)));
        }),
      );
      for (const each of told) expect(each).toEqual(told[0]);
    });
  }

  test("Transfer after the quote's end, and staging again renews it", async () => {
    const { stage, transfer } = PayoutService.method;
    const request = { ...PAYOUT, merchantPayoutId: "one" };
    const staged = await Promise.all(
      faces.map(async (face) => {
        const shop = new Shop(app, face);
        return { shop, payoutId: field(await shop.staged(request), "payoutId") };
      }),
    );
    app.clock.advance(60 * 60_000);
    for (const { shop, payoutId } of staged) {
      const row: Refused = {
        name: "",
        method: transfer,
        request: () => ({ payoutId }),
        told: { code: "failed_precondition", reason: "QUOTE_EXPIRED", violations: [] },
        rpc: { preconditions: [{ type: "QUOTE_EXPIRED", subject: "" }] },
        status: 409,
      };
      check(row, await shop.call(transfer, { payoutId }));
      const { payout } = await shop.get(stage, request);
      expect(payout).toMatchObject({ payoutId, status: "REQUIRES_CONFIRMATION" });
      const moved = await shop.get(transfer, { payoutId });
      expect(moved).toMatchObject({ payout: { payoutId, status: "PENDING" } });
    }
  });
});
