import type { DescMethod, JsonObject } from "@bufbuild/protobuf";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AdminService } from "../../../gen/payout/v1/admin_service_pb.js";
import { PayoutService } from "../../../gen/payout/v1/payout_service_pb.js";
import { SERVICES } from "../../../src/app.ts";
import { refusalOf } from "../faces/answer.ts";
import type { Face } from "../faces/face.ts";
import { MUTATIONS } from "../faces/mutations.ts";
import { openFaces } from "../faces/open-faces.ts";
import { restRequest } from "../faces/rest-face.ts";
import { PAYOUT, Shop } from "../faces/shop.ts";
import { withoutVolatile } from "../faces/without-volatile.ts";
import { startTestApp, type TestApp } from "../support/start-app.ts";
import { takers } from "./ask.ts";
import { ATTACKS, type Attack, requestOf } from "./attacks.ts";
import { type Belongings, CANARY, furnish } from "./belongings.ts";

const METHODS = SERVICES.flatMap(({ methods }) => methods);

let app: TestApp;
let faces: readonly Face[];
let victim: Shop;
let theirs: Belongings;
beforeAll(async () => {
  app = await startTestApp();
  faces = openFaces(app);
  victim = shopBy("gRPC");
  const furnished = await furnish(victim);
  // Of an operator's list: a merchant who is none has one page only.
  for (const name of ["Second", "Third"]) {
    await operator(AdminService.method.createMerchant, { name });
  }
  const { nextPageToken } = await operator(AdminService.method.listMerchants, { pageSize: 1 });
  theirs = { ...furnished, pages: { ...furnished.pages, ListMerchants: String(nextPageToken) } };
});
afterAll(async () => {
  for (const face of faces) face.close();
  await app.stop();
});

function shopBy(name: string): Shop {
  const face = faces.find((each) => each.name === name);
  if (face === undefined) throw new Error(`there is no face ${name}`);
  return new Shop(app, face);
}

/** A merchant for each face, with an admin key, that has nothing yet. */
function thieves(of?: DescMethod): readonly Shop[] {
  const by = of === undefined ? faces : takers(faces, of);
  return by.map((face) => new Shop(app, face));
}

function operator(of: DescMethod, request: JsonObject): Promise<JsonObject> {
  return victim.get(of, request, { key: app.apiKey });
}

/** What nobody has, of the same form. */
function nobodys(value: string): string {
  if (/^[a-z]+_[0-9a-z]{26}$/.test(value)) {
    return value.replace(/_.*/, "_01h455vb4pex5vsknk084sn02q");
  }
  return `${value.slice(0, -4)}aaaa`;
}

/** Everything that came back, as text, and whether it is a refusal. */
interface Told {
  readonly reason: string | null;
  readonly text: string;
}

async function send(face: Face, of: DescMethod, request: JsonObject, key: string): Promise<Told> {
  const isUnary = of.methodKind === "unary";
  if (isUnary && face.name === "REST") return sendRest(of, request, key);
  if (isUnary) {
    const answer = await face.call(of, request, { key });
    return { reason: answer.ok ? null : answer.told.reason, text: JSON.stringify(answer) };
  }
  const gone = new AbortController();
  const messages: JsonObject[] = [];
  try {
    const stream = face.stream?.(of, request, { key, signal: gone.signal });
    for await (const message of stream ?? []) {
      messages.push(message);
      break;
    }
    return { reason: null, text: JSON.stringify(messages) };
  } catch (error) {
    const refusal = refusalOf(error);
    return { reason: refusal.told.reason, text: JSON.stringify(refusal) };
  } finally {
    gone.abort();
  }
}

/** The bytes as they come. */
async function sendRest(of: DescMethod, request: JsonObject, key: string): Promise<Told> {
  const { verb, path, body } = restRequest(of, request);
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const response = await fetch(app.url + path, {
    method: verb,
    headers: body === null ? { authorization: headers.authorization } : headers,
    body: body === null ? null : JSON.stringify(body),
  });
  const text = await response.text();
  const { reason } = JSON.parse(text) as { readonly reason?: string };
  return { reason: response.ok ? null : (reason ?? ""), text: `${response.status} ${text}` };
}

/** An answer without what names the request, and without what was given. */
function comparable({ reason, text }: Told, given: string): string {
  // What is as short as an etag is no telling word.
  const words = given.length < 8 ? [] : [given, encodeURIComponent(given)];
  const without = words.reduce(
    (rest, word) => rest.replaceAll(word, "<given>"),
    text.replace(/"request_id":"[^"]*"/, ""),
  );
  // Of a refusal every byte counts; what is the caller's own is new each time.
  return reason === null ? JSON.stringify(withoutVolatile(readJson(without))) : without;
}

function readJson(text: string): unknown {
  return JSON.parse(text.replace(/^200 /, ""));
}

/** Everything of the victim's that may be in no answer, but for what the caller has given. */
function found(text: string, given: string): readonly string[] {
  const { pages, etag: _etag, ...ids } = theirs;
  const rest = [given, encodeURIComponent(given)].reduce(
    (left, word) => (word === "" ? left : left.replaceAll(word, "")),
    text,
  );
  return [...Object.values(ids), ...Object.values(pages), CANARY, victim.key].filter((each) =>
    rest.includes(each),
  );
}

/** Every row of the victim's. */
function rows(): unknown {
  const database = new Database(app.config.databasePath, { readonly: true });
  try {
    const tables = database
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%merchant_id%'")
      .pluck()
      .all() as string[];
    const own = (table: string) =>
      database.prepare(`SELECT * FROM ${table} WHERE merchant_id = ?`).all(victim.merchantId);
    // When a job is due again says nothing of who asked for it.
    return Object.fromEntries(
      tables.filter((table) => table !== "jobs").map((table) => [table, own(table)]),
    );
  } finally {
    database.close();
  }
}

function title({ method: { parent, name }, field: name2, rest }: Attack): string {
  const others = Object.keys(typeof rest === "object" ? rest : {});
  return [`${parent.name}.${name}`, name2 ?? "looking around", others.join(", ")].join(" ");
}

describe("another merchant's is like nobody's, by every face", () => {
  for (const attack of ATTACKS) {
    test(title(attack), async () => {
      const { method: of, refused, given, rest } = attack;
      const before = rows();
      const foreign = given?.(theirs) ?? "";
      const none = nobodys(foreign);
      for (const shop of thieves(of)) {
        const { face, key } = shop;
        const own =
          typeof rest === "function"
            ? { recipient: await shop.recipient(), endpoint: await shop.endpoint() }
            : { recipient: "", endpoint: "" };
        const told = await send(face, of, requestOf(attack, own, foreign), key);
        expect(found(told.text, foreign), face.name).toEqual([]);
        if (of === AdminService.method.createMerchant) {
          expect(told.reason).toBe("OPERATOR_REQUIRED");
        } else {
          expect({ face: face.name, reason: told.reason }).toEqual({
            face: face.name,
            reason: refused ?? null,
          });
        }
        if (given === undefined) continue;
        const toNobody = await send(face, of, requestOf(attack, own, none), key);
        expect(comparable(told, foreign), face.name).toBe(comparable(toNobody, none));
      }
      expect(rows()).toEqual(before);
    });
  }

  test("no RPC is left out, and no field that names something", () => {
    const attacked = new Set(ATTACKS.map(({ method: of, field: name }) => `${of.name}.${name}`));
    const methods = new Set(ATTACKS.map(({ method: of }) => of));
    expect(METHODS.filter((of) => !methods.has(of)).map(({ name }) => name)).toEqual([]);
    const named = METHODS.flatMap(({ name, input }) =>
      input.fields
        .filter((each) => /_(id|token)$/.test(each.name))
        .map(({ jsonName }) => `${name}.${jsonName}`),
    );
    expect(named.filter((each) => !attacked.has(each))).toEqual([]);
  });
});

describe("another merchant's Idempotency-Key is one's own", () => {
  for (const { method: of, request, key } of MUTATIONS) {
    // Between operators there are no strangers.
    if (key !== undefined) continue;
    test(of.name, async () => {
      const owner = shopBy("gRPC");
      const sent = await request(owner);
      const options = { idempotencyKey: `shared-${of.name}` };
      const first = await owner.call(of, sent, options);
      expect(first).toMatchObject({ ok: true, replayed: null });
      const ids = JSON.stringify([sent, first]).match(/\b[a-z]+_[0-9a-hjkmnp-tv-z]{26}\b/g) ?? [];
      for (const stranger of thieves()) {
        const answer = await stranger.call(of, sent, options);
        if (answer.ok) {
          expect(answer.replayed).toBe(null);
          const text = JSON.stringify(answer.message);
          expect(ids.filter((id) => text.includes(id))).toEqual([]);
        } else {
          expect(answer.told.code).toBe("not_found");
        }
      }
      const again = await owner.call(of, sent, options);
      expect(again).toMatchObject({ ok: true, replayed: "true" });
    });
  }

  test("and so is a second merchant's operator-made one: CreateMerchant is refused before", async () => {
    const options = { idempotencyKey: "shared-merchant" };
    const request = { name: "Once" };
    const made = await victim.call(AdminService.method.createMerchant, request, {
      ...options,
      key: app.apiKey,
    });
    expect(made.ok).toBe(true);
    const tried = await victim.call(AdminService.method.createMerchant, request, options);
    expect(tried).toMatchObject({ ok: false, told: { reason: "OPERATOR_REQUIRED" } });
  });
});

describe("rules of routing", () => {
  test("are asked of their own merchant's payouts only", async () => {
    const thief = shopBy("gRPC");
    const metadata = { sandbox_scenario: "manual", a: CANARY };
    const own = await victim.get(PayoutService.method.create, { ...PAYOUT, metadata });
    expect(own).toMatchObject({ payout: { routing: { rule: CANARY } } });
    const other = await thief.get(PayoutService.method.create, { ...PAYOUT, metadata });
    expect(JSON.stringify(other["payout"]).split(CANARY)).toHaveLength(2);
    expect(other).toMatchObject({ payout: { routing: { rule: "" } } });
  });
});

describe("Watch", () => {
  test("shows nothing of what others do meanwhile", async () => {
    for (const shop of thieves(PayoutService.method.watch)) {
      const { face, key } = shop;
      if (face.stream === undefined) continue;
      const gone = new AbortController();
      const seen: string[] = [];
      let isOpen = false;
      const request = {};
      for await (const message of face.stream(PayoutService.method.watch, request, {
        key,
        signal: gone.signal,
      })) {
        seen.push(JSON.stringify(message));
        if (!isOpen) {
          isOpen = true;
          await victim.payout({ description: CANARY });
          await victim.recipient({ metadata: { a: CANARY } });
          await shop.payout({ description: "the last of it" });
        }
        if (seen.at(-1)?.includes("payout.pending") === true) break;
      }
      gone.abort();
      const text = seen.join("\n");
      expect(text).toContain("the last of it");
      expect(found(text, "")).toEqual([]);
    }
  });
});
