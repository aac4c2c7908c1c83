import type { JsonObject } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PayoutService } from "../../../gen/payout/v1/payout_service_pb.js";
import { SandboxService } from "../../../gen/payout/v1/sandbox_service_pb.js";
import { SERVICES } from "../../../src/app.ts";
import { startTestApp, type TestApp } from "../support/start-app.ts";
import type { Face } from "./face.ts";
import { MUTATIONS } from "./mutations.ts";
import { openFaces } from "./open-faces.ts";
import { PAYOUT, Shop } from "./shop.ts";

const { method } = PayoutService;

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

/** One merchant, with a way in for each face. */
function newShop(): { readonly shop: Shop; readonly by: readonly Face[] } {
  const [face] = faces;
  if (face === undefined) throw new Error("no face");
  return { shop: new Shop(app, face), by: faces };
}

describe("an Idempotency-Key", () => {
  for (const { method: of, request, key, repeated = (first: JsonObject) => first } of MUTATIONS) {
    test(`${of.name}: a repeat by any other face is answered what was answered first`, async () => {
      const { shop, by } = newShop();
      const sent = await request(shop);
      const options = { key: key?.(shop) ?? shop.key, idempotencyKey: `!"~${of.name}` };
      const [rest] = by.filter(({ name }) => name === "REST");
      const first = await rest?.call(of, sent, options);
      if (first?.ok !== true) expect.fail("was refused");
      expect(first.replayed).toBe(null);
      const message = repeated(first.message);
      for (const face of by) {
        const answer = await face.call(of, sent, options);
        expect({ face: face.name, answer }).toEqual({
          face: face.name,
          answer: { ok: true, message, replayed: "true" },
        });
      }
    });
  }

  test("is heeded by every mutation", () => {
    const mutations = SERVICES.flatMap(({ methods }) => methods).filter(
      ({ idempotency }) => idempotency !== 1,
    );
    const tested = new Set(MUTATIONS.map(({ method: of }) => of));
    expect(mutations.filter((of) => !tested.has(of)).map(({ name }) => name)).toEqual([]);
  });

  test("the answer is the first one, whatever has happened since", async () => {
    const { shop, by } = newShop();
    const first = await shop.call(method.create, PAYOUT, { idempotencyKey: "one" });
    if (!first.ok) expect.fail("was refused");
    const { payoutId } = first.message["payout"] as JsonObject;
    await shop.get(SandboxService.method.settlePayout, { payoutId: payoutId ?? null });
    for (const face of by) {
      const again = await face.call(method.create, PAYOUT, {
        key: shop.key,
        idempotencyKey: "one",
      });
      expect(again).toEqual({ ...first, replayed: "true" });
    }
    expect(await shop.payouts()).toBe(1);
  });

  test("belongs to one merchant and one method", async () => {
    const options = { idempotencyKey: "one" };
    const { shop } = newShop();
    const { shop: other } = newShop();
    for (const [whose, of] of [
      [shop, method.create],
      [shop, method.stage],
      [other, method.create],
    ] as const) {
      expect(await whose.call(of, PAYOUT, options)).toMatchObject({ ok: true, replayed: null });
    }
  });

  test("a refusal is not recorded", async () => {
    const { shop, by } = newShop();
    const options = { key: shop.key, idempotencyKey: "one" };
    for (const face of by) {
      const refused = await face.call(method.create, { ...PAYOUT, connector: "acme" }, options);
      expect(refused).toMatchObject({ ok: false, told: { reason: "VALIDATION_FAILED" } });
    }
    expect(await shop.call(method.create, PAYOUT, options)).toMatchObject({ replayed: null });
  });

  test("of 255 characters is taken by every face", async () => {
    const { shop, by } = newShop();
    for (const [index, face] of by.entries()) {
      const options = { key: shop.key, idempotencyKey: String(index).padEnd(255, "~") };
      expect(await face.call(method.create, PAYOUT, options)).toMatchObject({ ok: true });
    }
  });

  test("given twice, or empty, is refused on REST", async () => {
    const { shop } = newShop();
    for (const keys of [["a", "b"], ["a", "a"], [""]]) {
      const headers = new Headers({ authorization: `Bearer ${shop.key}` });
      headers.set("content-type", "application/json");
      for (const key of keys) headers.append("idempotency-key", key);
      const response = await fetch(`${app.url}/v1/payouts`, {
        method: "POST",
        headers,
        body: JSON.stringify(PAYOUT),
      });
      expect(await response.json()).toMatchObject({ reason: "IDEMPOTENCY_KEY_INVALID" });
    }
    expect(await shop.payouts()).toBe(0);
  });

  test("the same request may be written in other ways", async () => {
    const { shop } = newShop();
    const ways = [
      `{"amount":{"minorAmount":"1050","currency":"USD"},
        "payoutMethodData":{"venmo":{"phone":"+14155550100"}},
        "priority":"INSTANT","metadata":{"a":"1","b":"2","10":"x","9":"y"}}`,
      `{"priority":1,"metadata":{"9":"y","b":"2","10":"x","a":"1"},
        "payout_method_data":{"venmo":{"phone":"+14155550100"}},
        "amount":{"currency":"USD","minor_amount":1050}}`,
      `{"amount":{"minorAmount":1050,"currency":"USD"},"description":"","recipient":null,
        "payoutMethodData":{"venmo":{"phone":"+14155550100"}},"fulfillment":0,
        "priority":"INSTANT","metadata":{"b":"2","a":"1","9":"y","10":"x"}}`,
    ];
    const answers: { readonly replayed: string | null; readonly payout: unknown }[] = [];
    for (const body of ways) {
      const response = await fetch(`${app.url}/v1/payouts`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${shop.key}`,
          "content-type": "application/json",
          "idempotency-key": "one",
        },
        body,
      });
      const replayed = response.headers.get("idempotency-replayed");
      answers.push({ replayed, payout: await response.json() });
    }
    const [first, ...repeats] = answers;
    expect(first).toMatchObject({ replayed: null, payout: { priority: "INSTANT" } });
    for (const repeat of repeats) expect(repeat).toEqual({ ...first, replayed: "true" });
    const again = await shop.call(
      method.create,
      {
        amount: { minorAmount: "1050", currency: "USD" },
        payoutMethodData: { venmo: { phone: "+14155550100" } },
        priority: "INSTANT",
        metadata: { b: "2", a: "1", 9: "y", 10: "x" },
      },
      { idempotencyKey: "one" },
    );
    expect(again).toMatchObject({ replayed: "true", message: { payout: first?.payout } });
    expect(await shop.payouts()).toBe(1);
  });

  test("fifty parallel calls over all faces: one payout, fifty equal answers", async () => {
    const { shop, by } = newShop();
    const request = { ...PAYOUT, metadata: { sandbox_scenario: "manual", b: "2", a: "1" } };
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_each, index) => {
        const face = by[index % by.length];
        if (face === undefined) throw new Error("no face");
        return face.call(method.create, request, { key: shop.key, idempotencyKey: "fifty" });
      }),
    );
    const told = answers.map((answer) => (answer.ok ? answer.message : answer.told));
    for (const each of told) expect(each).toEqual(told[0]);
    expect(answers.filter((answer) => answer.ok && answer.replayed === null)).toHaveLength(1);
    expect(await shop.payouts()).toBe(1);
    const { transfers } = await shop.get(SandboxService.method.listSandboxTransfers, {});
    expect(transfers).toHaveLength(1);
  });

  test("fifty parallel calls with one reference and no key: one payout, forty-nine told which", async () => {
    const { shop, by } = newShop();
    const request = { ...PAYOUT, merchantPayoutId: "one" };
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_each, index) => {
        const face = by[index % by.length];
        if (face === undefined) throw new Error("no face");
        return face.call(method.create, request, { key: shop.key });
      }),
    );
    const [made] = answers.flatMap((answer) => (answer.ok ? [answer.message["payout"]] : []));
    const { payoutId } = made as JsonObject;
    const refused = answers.flatMap((answer) => (answer.ok ? [] : [answer.told]));
    expect(refused).toHaveLength(49);
    for (const told of refused) {
      expect(told).toMatchObject({
        reason: "PAYOUT_ALREADY_EXISTS",
        metadata: { payout_id: payoutId },
      });
    }
  });
});
