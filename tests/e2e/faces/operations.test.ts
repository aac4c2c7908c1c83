import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PayoutService } from "../../../gen/payout/v1/payout_service_pb.js";
import { SERVICES } from "../../../src/app.ts";
import { startTestApp, type TestApp } from "../support/start-app.ts";
import type { Face } from "./face.ts";
import { openFaces } from "./open-faces.ts";
import { OPERATIONS } from "./operations.ts";
import { Shop } from "./shop.ts";
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

describe("every operation answers the same by every face", () => {
  for (const { method, name, request, options, answers } of OPERATIONS) {
    test(`${method.parent.name}.${method.name}${name === undefined ? "" : `, ${name}`}`, async () => {
      const told = await Promise.all(
        faces.map(async (face) => {
          const shop = new Shop(app, face);
          const answer = await shop.call(method, await request(shop), options?.(shop));
          return [face.name, withoutVolatile(answer)] as const;
        }),
      );
      const [[, first] = []] = told;
      expect(first).toMatchObject({ ok: true, message: answers, replayed: null });
      for (const [name, answer] of told) expect({ name, answer }).toEqual({ name, answer: first });
    });
  }

  test("and none is left out", () => {
    const all = SERVICES.flatMap(({ methods }) => methods);
    const tested = new Set(OPERATIONS.map(({ method }) => method));
    const missing = all.filter((method) => !tested.has(method)).map(({ name }) => name);
    expect(missing).toEqual([PayoutService.method.watch.name]);
  });
});
