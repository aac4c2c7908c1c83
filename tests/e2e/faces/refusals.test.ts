import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PayoutService } from "../../../gen/payout/v1/payout_service_pb.js";
import { countRows } from "../support/count-rows.ts";
import { startTestApp, type TestApp } from "../support/start-app.ts";
import { checkRefusal } from "./check-refusal.ts";
import type { Face } from "./face.ts";
import { openFaces } from "./open-faces.ts";
import { REFUSALS, type Refused } from "./refusals.ts";
import { field, PAYOUT, Shop } from "./shop.ts";

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

describe("every refusal is the same by every face", () => {
  for (const row of REFUSALS) {
    test(row.name, async () => {
      const prepared = await Promise.all(
        faces.map(async (face) => {
          const shop = new Shop(app, face, row.merchant ?? "other");
          const request = await row.request(shop);
          return { shop, request, options: row.options?.(shop) };
        }),
      );
      const stored = () =>
        countRows(
          app.config,
          prepared.map(({ shop }) => shop.merchantId),
        );
      const before = stored();
      const told = await Promise.all(
        prepared.map(async ({ shop, request, options }) =>
          checkRefusal(row, await shop.call(row.method, request, options)),
        ),
      );
      for (const each of told) expect(each).toEqual(told[0]);
      const left = Object.entries(row.leaves ?? {}).map(([table, rows]) => [
        table,
        (before[table] ?? 0) + rows * faces.length,
      ]);
      expect(stored(), "nothing is stored").toEqual({ ...before, ...Object.fromEntries(left) });
    });
  }

  test("none of the rows is there twice", () => {
    const names = REFUSALS.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

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
      checkRefusal(row, await shop.call(transfer, { payoutId }));
      const { payout } = await shop.get(stage, request);
      expect(payout).toMatchObject({ payoutId, status: "REQUIRES_CONFIRMATION" });
      const moved = await shop.get(transfer, { payoutId });
      expect(moved).toMatchObject({ payout: { payoutId, status: "PENDING" } });
    }
  });
});
