import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  create,
  type DescMethod,
  type JsonObject,
  type JsonValue,
  toBinary,
} from "@bufbuild/protobuf";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AdminService } from "../../../gen/payout/v1/admin_service_pb.js";
import { PayoutService } from "../../../gen/payout/v1/payout_service_pb.js";
import { SCOPES } from "../../../src/domain/access.ts";
import type { Refusal } from "../faces/answer.ts";
import type { Face } from "../faces/face.ts";
import { openFaces } from "../faces/open-faces.ts";
import { field, PAYOUT, Shop } from "../faces/shop.ts";
import { startTestApp, type TestApp } from "../support/start-app.ts";
import { ask, emptyRequest } from "./ask.ts";
import { METHOD_OF_SCOPE } from "./method-of-scope.ts";

const { method } = AdminService;
const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;

let app: TestApp;
let faces: readonly Face[];
/** Keys that were made here: none may be found anywhere but in the answer that made it. */
const secrets: string[] = [];
beforeAll(async () => {
  app = await startTestApp();
  faces = openFaces(app);
});
afterAll(async () => {
  for (const face of faces) face.close();
  await app.stop();
});

function faceNamed(name: string): Face {
  const face = faces.find((each) => each.name === name);
  if (face === undefined) throw new Error(`there is no face ${name}`);
  return face;
}

async function call(of: DescMethod, request: JsonObject, key = app.apiKey): Promise<JsonObject> {
  const answer = await faceNamed("gRPC").call(of, request, { key });
  if (!answer.ok) throw new Error(`${of.name}: ${JSON.stringify(answer.told)}`);
  return answer.message;
}

async function refusal(
  of: DescMethod,
  request: JsonObject,
  key = app.apiKey,
): Promise<Refusal["told"]> {
  const answer = await faceNamed("gRPC").call(of, request, { key });
  if (answer.ok) throw new Error(`${of.name} was not refused`);
  return answer.told;
}

interface Key extends JsonObject {
  keyId: string;
  secret: string;
}

async function createKey(request: JsonObject = {}, key = app.apiKey): Promise<Key> {
  const { apiKey } = await call(method.createApiKey, { scopes: ["payouts:read"], ...request }, key);
  secrets.push(field(apiKey, "secret"));
  return apiKey as Key;
}

async function rotate(keyId: string, request: JsonObject = {}, key = app.apiKey): Promise<Key> {
  const { apiKey } = await call(method.rotateApiKey, { keyId, ...request }, key);
  secrets.push(field(apiKey, "secret"));
  return apiKey as Key;
}

async function createMerchant(livemode = false): Promise<string> {
  const { merchant } = await call(method.createMerchant, { name: "A merchant", livemode });
  return field(merchant, "merchantId");
}

/** A key as the list has it. */
async function listed(keyId: string): Promise<JsonObject> {
  const keys = await all(method.listApiKeys, "apiKeys");
  const found = keys.find((key) => key["keyId"] === keyId);
  if (found === undefined) throw new Error("the key is not listed");
  return found;
}

/** Every page of a list. */
async function all(
  of: DescMethod,
  name: string,
  { key = app.apiKey, ...request }: { key?: string } & JsonObject = {},
): Promise<JsonObject[]> {
  const items: JsonObject[] = [];
  for (let pageToken: JsonValue = ""; ; ) {
    const page: JsonObject = await call(of, { ...request, pageSize: 7, pageToken }, key);
    items.push(...(page[name] as JsonObject[]));
    pageToken = page["nextPageToken"] ?? "";
    if (pageToken === "") return items;
  }
}

/** Whether a key opens what its scope says, by every face that has calls. */
async function works(key: string): Promise<boolean> {
  const told = await Promise.all(
    faces.map((face) => ask(face, PayoutService.method.list, {}, { key })),
  );
  const reasons = new Set(told.map((each) => each?.told.reason ?? ""));
  expect(reasons.size, "every face says the same").toBe(1);
  expect([...reasons][0]).toMatch(/^(API_KEY_INVALID)?$/);
  return reasons.has("");
}

function millis(time: JsonValue | undefined): number {
  return Date.parse(String(time));
}

describe("merchants", () => {
  test("are test or live, belong to no operator, and begin without keys", async () => {
    for (const livemode of [false, true]) {
      const { merchant } = await call(method.createMerchant, { name: "Äpfel & Co", livemode });
      expect(merchant).toMatchObject({ name: "Äpfel & Co", livemode, operator: false });
      const merchantId = field(merchant, "merchantId");
      const [newest] = await all(method.listMerchants, "merchants");
      expect(newest).toEqual(merchant);
      expect(await all(method.listApiKeys, "apiKeys", { merchantId })).toEqual([]);
    }
  });

  test("the operator's own is listed too, last, as theirs", async () => {
    const merchants = await all(method.listMerchants, "merchants");
    expect(merchants.at(-1)).toMatchObject({ operator: true, livemode: false });
    expect(merchants.filter(({ operator }) => operator)).toHaveLength(1);
  });
});

describe("a new key", () => {
  test("of a test merchant is sk_test_, of a live one sk_live_, and of no other mode", async () => {
    for (const livemode of [false, true]) {
      const merchantId = await createMerchant(livemode);
      const { secret, ...key } = await createKey({ merchantId, name: "first" });
      expect(secret).toMatch(livemode ? /^sk_live_[\w-]{43}$/ : /^sk_test_[\w-]{43}$/);
      expect(key).toMatchObject({
        merchantId,
        name: "first",
        livemode,
        state: "ACTIVE",
        hint: secret.slice(-4),
      });
      expect(await works(secret)).toBe(true);
      const other = secret.replace(/^sk_(test|live)/, livemode ? "sk_test" : "sk_live");
      expect(await works(other)).toBe(false);
      const { secret: told, ...rest } = await listed(key.keyId);
      expect({ told, rest }).toEqual({ told: "", rest: key });
    }
  });

  test("is the caller's own merchant's when none is named", async () => {
    const shop = new Shop(app, faceNamed("gRPC"));
    const key = await createKey({}, shop.key);
    expect(key).toMatchObject({ merchantId: shop.merchantId });
  });

  for (const scope of SCOPES) {
    test(`with the scope ${scope} opens what that scope opens, and no more`, async () => {
      const merchantId = await createMerchant();
      const { secret, scopes } = await createKey({ merchantId, scopes: [scope] });
      expect(scopes).toEqual([scope]);
      for (const [other, of] of Object.entries(METHOD_OF_SCOPE)) {
        const refused = await ask(faceNamed("REST"), of, emptyRequest(of), { key: secret });
        const expected =
          other === scope ? expect.not.stringMatching("SCOPE_MISSING") : "SCOPE_MISSING";
        expect(refused?.told.reason ?? "").toEqual(expected);
      }
    });
  }

  test("ends when its time has come", async () => {
    const expireTime = new Date(app.clock.now() + HOUR).toISOString();
    const { secret, keyId } = await createKey({ expireTime });
    app.clock.advance(HOUR - 5000);
    expect(await works(secret)).toBe(true);
    app.clock.advance(5000);
    expect(await works(secret)).toBe(false);
    expect(await listed(keyId)).toMatchObject({ state: "EXPIRED", expireTime });
  });

  test("cannot end before it begins, nor after what the contract can say", async () => {
    const expireTime = new Date(app.clock.now() - 1000).toISOString();
    expect(await refusal(method.createApiKey, { scopes: ["links"], expireTime })).toMatchObject({
      reason: "VALIDATION_FAILED",
      violations: [{ field: "expire_time", message: "must be in the future" }],
    });
    // Binary alone can say such a time; no JSON answer could ever tell it again.
    for (const seconds of [253_402_300_800n, -62_135_596_801n, 2n ** 62n]) {
      const request = create(method.createApiKey.input, {
        scopes: ["links"],
        expireTime: { seconds },
      });
      const response = await fetch(`${app.url}/${AdminService.typeName}/CreateApiKey`, {
        method: "POST",
        headers: { authorization: `Bearer ${app.apiKey}`, "content-type": "application/proto" },
        body: new Uint8Array(toBinary(method.createApiKey.input, request)),
      });
      const told = (await response.json()) as { readonly details: readonly JsonObject[] };
      expect({ status: response.status, told }).toMatchObject({
        status: 400,
        told: { code: "invalid_argument" },
      });
      const details = told.details.map(({ value }) =>
        Buffer.from(String(value), "base64").toString(),
      );
      expect(details.join("\n")).toContain("expire_time");
    }
  });

  test("needs a scope, once, and one that there is", async () => {
    for (const [scopes, path] of [
      [[], "scopes"],
      [["links", "links"], "scopes"],
      [["links", "everything"], "scopes[1]"],
    ] as const) {
      const told = await refusal(method.createApiKey, { scopes: [...scopes] });
      expect(told).toMatchObject({ violations: [{ field: path }] });
    }
  });

  test("is made once under an Idempotency-Key, also when its end has come since", async () => {
    const expireTime = new Date(app.clock.now() + HOUR).toISOString();
    const options = { key: app.apiKey, idempotencyKey: "a-key-that-ends" };
    const request = { scopes: ["links"], expireTime };
    const first = await faceNamed("gRPC").call(method.createApiKey, request, options);
    app.clock.advance(2 * HOUR);
    const again = await faceNamed("gRPC").call(method.createApiKey, request, options);
    if (!first.ok) expect.fail("was refused");
    const { apiKey } = first.message;
    secrets.push(field(apiKey, "secret"));
    const message = { apiKey: { ...(apiKey as JsonObject), secret: "" } };
    expect(again).toEqual({ ok: true, message, replayed: "true" });
  });
});

describe("revoking", () => {
  test("ends a key with the very next call, on every face, and is told once", async () => {
    const { secret, keyId } = await createKey();
    expect(await works(secret)).toBe(true);
    const { apiKey } = await call(method.revokeApiKey, { keyId, reason: "lost" });
    expect(apiKey).toMatchObject({ keyId, state: "REVOKED", secret: "" });
    expect(await works(secret)).toBe(false);
    app.clock.advance(1000);
    const again = await call(method.revokeApiKey, { keyId });
    expect(again["apiKey"]).toEqual(apiKey);
    expect(await listed(keyId)).toMatchObject({ state: "REVOKED" });
  });

  test("ends one's own key too", async () => {
    const shop = new Shop(app, faceNamed("gRPC"));
    const { secret, keyId } = await createKey({ scopes: ["admin"] }, shop.key);
    expect(await call(method.revokeApiKey, { keyId }, secret)).toMatchObject({
      apiKey: { state: "REVOKED" },
    });
    expect(await refusal(method.listApiKeys, {}, secret)).toMatchObject({
      reason: "API_KEY_INVALID",
    });
  });

  test("ends a stream that was opened with the key", async () => {
    for (const face of faces.filter(({ stream }) => stream !== undefined)) {
      const shop = new Shop(app, face);
      const { secret, keyId } = await createKey({}, shop.key);
      const gone = new AbortController();
      const stream = face.stream?.(
        PayoutService.method.watch,
        {},
        { key: secret, signal: gone.signal },
      );
      let messages = 0;
      const reading = (async () => {
        for await (const _message of stream ?? []) {
          messages += 1;
          if (messages === 1) {
            await call(method.revokeApiKey, { keyId }, shop.key);
            app.clock.advance(60_000);
          }
        }
      })();
      await expect(reading).rejects.toMatchObject({ code: 16 });
      gone.abort();
    }
  });
});

describe("rotating", () => {
  test("keeps scopes, name, merchant and mode, and both keys work until the overlap is over", async () => {
    const merchantId = await createMerchant(true);
    const scopes = ["payouts:read", "recipients"];
    const old = await createKey({ merchantId, name: "shop", scopes });
    app.clock.advance(DAY);
    const before = app.clock.now();
    const fresh = await rotate(old.keyId, { overlap: "7200s", reason: "every year" });
    expect(fresh).toMatchObject({
      merchantId,
      name: "shop",
      scopes,
      livemode: true,
      state: "ACTIVE",
    });
    expect(fresh.keyId).not.toBe(old.keyId);
    expect(fresh.secret).not.toBe(old.secret);
    expect(fresh).not.toHaveProperty("expireTime");
    expect([await works(old.secret), await works(fresh.secret)]).toEqual([true, true]);

    const end = millis((await listed(old.keyId))["expireTime"]);
    expect(end).toBeGreaterThanOrEqual(before + 2 * HOUR);
    expect(end).toBeLessThan(app.clock.now() + 2 * HOUR);
    app.clock.advance(end - app.clock.now() - 2000);
    expect([await works(old.secret), await works(fresh.secret)]).toEqual([true, true]);
    app.clock.advance(2000);
    expect([await works(old.secret), await works(fresh.secret)]).toEqual([false, true]);
    expect(await listed(old.keyId)).toMatchObject({ state: "EXPIRED" });
  });

  test("overlaps by a day unless told otherwise, and never longer than the old key had", async () => {
    const old = await createKey();
    await rotate(old.keyId);
    const end = millis((await listed(old.keyId))["expireTime"]) - app.clock.now();
    expect(Math.abs(end - DAY)).toBeLessThan(10_000);
    const expireTime = new Date(app.clock.now() + HOUR).toISOString();
    const short = await createKey({ expireTime });
    await rotate(short.keyId, { overlap: "2592000s" });
    expect(await listed(short.keyId)).toMatchObject({ expireTime });
  });

  test("without an overlap ends the old key at once", async () => {
    const old = await createKey();
    const fresh = await rotate(old.keyId, { overlap: "0s" });
    expect([await works(old.secret), await works(fresh.secret)]).toEqual([false, true]);
  });

  test("gives the new key as long as the old one was given, or what is asked for", async () => {
    const old = await createKey({ expireTime: new Date(app.clock.now() + 30 * DAY).toISOString() });
    app.clock.advance(20 * DAY);
    const fresh = await rotate(old.keyId);
    const lifetime = (key: JsonObject) => millis(key["expireTime"]) - millis(key["createTime"]);
    expect(Math.abs(lifetime(fresh) - lifetime(old))).toBeLessThan(1000);
    const expireTime = new Date(app.clock.now() + HOUR).toISOString();
    expect(await rotate(fresh.keyId, { expireTime })).toMatchObject({ expireTime });
  });

  test("of a key that ends with the calendar answers, and does not fail when it has done it", async () => {
    const expireTime = "9999-12-31T23:59:59Z";
    const old = await createKey({ expireTime });
    app.clock.advance(DAY);
    const fresh = await rotate(old.keyId);
    expect(millis(fresh["expireTime"])).toBeGreaterThan(Date.parse("9999-12-31T00:00:00Z"));
  });

  test("refuses a key that has ended", async () => {
    const revoked = await createKey();
    await call(method.revokeApiKey, { keyId: revoked.keyId });
    const expired = await createKey({ expireTime: new Date(app.clock.now() + 1000).toISOString() });
    const replaced = await createKey();
    await rotate(replaced.keyId, { overlap: "0s" });
    app.clock.advance(1000);
    for (const { keyId } of [revoked, expired, replaced]) {
      expect(await refusal(method.rotateApiKey, { keyId })).toMatchObject({
        code: "failed_precondition",
        reason: "API_KEY_ENDED",
      });
    }
  });

  test("overlaps by 30 days at most, and not by less than nothing", async () => {
    const { keyId } = await createKey();
    for (const overlap of ["2592000.001s", "-1s", "-0.001s"]) {
      expect(await refusal(method.rotateApiKey, { keyId, overlap })).toMatchObject({
        violations: [{ field: "overlap", message: "must be from 0 to 30 days (2592000s)" }],
      });
    }
    await rotate(keyId, { overlap: "2592000s" });
  });

  test("is done once under an Idempotency-Key, whatever has become of both keys since", async () => {
    const { keyId } = await createKey();
    const options = { key: app.apiKey, idempotencyKey: "rotate-once" };
    const expireTime = new Date(app.clock.now() + HOUR).toISOString();
    const request = { keyId, overlap: "0s", expireTime };
    const first = await faceNamed("gRPC").call(method.rotateApiKey, request, options);
    if (!first.ok) expect.fail("was refused");
    const { apiKey } = first.message;
    secrets.push(field(apiKey, "secret"));
    app.clock.advance(2 * HOUR);
    const again = await faceNamed("gRPC").call(method.rotateApiKey, request, options);
    const message = { apiKey: { ...(apiKey as JsonObject), secret: "" } };
    expect(again).toEqual({ ok: true, message, replayed: "true" });
  });
});

describe("an admin key that is not an operator's", () => {
  let shop: Shop;
  let stranger: Shop;
  let strangersKey: Key;
  beforeAll(async () => {
    shop = new Shop(app, faceNamed("gRPC"));
    stranger = new Shop(app, faceNamed("gRPC"));
    strangersKey = await createKey({}, stranger.key);
  });

  test("makes no merchants", async () => {
    expect(await refusal(method.createMerchant, { name: "Mine too" }, shop.key)).toMatchObject({
      code: "permission_denied",
      reason: "OPERATOR_REQUIRED",
      metadata: {},
    });
  });

  test("sees its own merchant and its own keys only", async () => {
    const { key } = shop;
    const own = await createKey({}, key);
    const merchants = await all(method.listMerchants, "merchants", { key });
    expect(merchants.map(({ merchantId }) => merchantId)).toEqual([shop.merchantId]);
    const keys = await all(method.listApiKeys, "apiKeys", { key });
    expect(keys.map(({ merchantId }) => merchantId)).toEqual([shop.merchantId, shop.merchantId]);
    expect(keys.map(({ keyId }) => keyId)).toContain(own.keyId);
    const theirs = { key, merchantId: stranger.merchantId };
    expect(await all(method.listApiKeys, "apiKeys", theirs)).toEqual([]);
  });

  test("changes nothing of another's, and learns nothing from trying, by any face", async () => {
    const nobodys = (id: string) => id.replace(/_.*/, "_01h455vb4pex5vsknk084sn02q");
    for (const face of faces) {
      const asked = (of: DescMethod, request: JsonObject) =>
        ask(face, of, request, { key: shop.key });
      for (const of of [method.rotateApiKey, method.revokeApiKey]) {
        const { keyId } = strangersKey;
        const foreign = await asked(of, { keyId });
        expect(foreign?.told).toMatchObject({ code: "not_found", reason: "API_KEY_NOT_FOUND" });
        expect((await asked(of, { keyId: nobodys(keyId) }))?.told).toEqual(foreign?.told);
      }
      const { merchantId } = stranger;
      const request = { scopes: ["links"], merchantId };
      const foreign = await asked(method.createApiKey, request);
      expect(foreign?.told).toMatchObject({ code: "not_found", reason: "MERCHANT_NOT_FOUND" });
      const none = await asked(method.createApiKey, {
        ...request,
        merchantId: nobodys(merchantId),
      });
      expect(none?.told).toEqual(foreign?.told);
    }
    expect(await works(strangersKey.secret)).toBe(true);
    expect(
      await all(method.listApiKeys, "apiKeys", { merchantId: stranger.merchantId }),
    ).toHaveLength(2);
  });

  test("an operator's key of the same merchant's kind reaches them", async () => {
    const { merchantId } = stranger;
    expect(await createKey({ merchantId })).toMatchObject({ merchantId });
  });

  test("an operator's admin key does not reach what merchants have", async () => {
    await shop.payout();
    const { payouts } = await call(PayoutService.method.list, {});
    expect(payouts).toEqual([]);
  });
});

describe("what is kept", () => {
  function audit(): readonly Readonly<Record<string, JsonValue>>[] {
    const database = new Database(app.config.databasePath, { readonly: true });
    try {
      return database.prepare("SELECT * FROM audit_entries ORDER BY position").all() as never;
    } finally {
      database.close();
    }
  }

  test("is an audit entry for each change, with who, what and why, and none for a refusal", async () => {
    const before = audit().length;
    const merchantId = await createMerchant();
    const { keyId } = await createKey({ merchantId });
    const fresh = await rotate(keyId, { reason: "every quarter" });
    await call(method.revokeApiKey, { keyId: fresh.keyId, reason: "lost" });
    await refusal(method.rotateApiKey, { keyId: fresh.keyId, reason: "refused" });
    await refusal(method.createApiKey, { scopes: ["links"], expireTime: "2000-01-01T00:00:00Z" });
    await call(method.listApiKeys, {});
    const entries = audit().slice(before);
    expect(
      entries.map(({ merchant_id, action, subject_id, reason }) => [
        merchant_id,
        action,
        subject_id,
        reason,
      ]),
    ).toEqual([
      [merchantId, "merchant.create", merchantId, ""],
      [merchantId, "api_key.create", keyId, ""],
      [merchantId, "api_key.rotate", keyId, "every quarter"],
      [merchantId, "api_key.revoke", fresh.keyId, "lost"],
    ]);
    const [operators] = (await all(method.listApiKeys, "apiKeys")).slice(-1);
    for (const { actor } of entries) expect(actor).toBe(operators?.["keyId"]);
  });

  test("a repeat with its Idempotency-Key is kept once", async () => {
    const before = audit().length;
    for (let i = 0; i < 3; i += 1) {
      const options = { key: app.apiKey, idempotencyKey: "kept-once" };
      await faceNamed("gRPC").call(method.createMerchant, { name: "Once" }, options);
    }
    expect(audit().length).toBe(before + 1);
  });

  test("is no secret: not in the database's files, not in the log", async () => {
    const shop = new Shop(app, faceNamed("REST"));
    const { secret } = await createKey({ scopes: ["payouts:write"] }, shop.key);
    await shop.call(PayoutService.method.create, PAYOUT, { key: secret });
    expect(secrets.length).toBeGreaterThan(20);
    const files = readdirSync(app.folder).filter((name) => name.includes(".db"));
    const stored = files.map((name) => readFileSync(join(app.folder, name), "latin1")).join("\n");
    const logged = app.logs.join("\n");
    for (const each of [...secrets, app.apiKey]) {
      // What is random of it: the prefix is in messages and documents.
      const random = each.replace(/^sk_(test|live)_/, "");
      expect(stored.includes(random), "in a file").toBe(false);
      expect(logged.includes(random), "in the log").toBe(false);
    }
    expect(stored).toContain(shop.merchantId);
  });
});
