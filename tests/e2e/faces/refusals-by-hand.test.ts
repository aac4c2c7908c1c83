import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { type DescMethod, fromJson, type JsonObject, toJsonString } from "@bufbuild/protobuf";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PayoutService } from "../../../gen/payout/v1/payout_service_pb.js";
import { ERROR_CATALOGUE, type ErrorReason } from "../../../src/domain/errors.ts";
import { limits } from "../../../src/limits.ts";
import { countRows } from "../support/count-rows.ts";
import { startTestApp, type TestApp } from "../support/start-app.ts";
import { refusalOf } from "./answer.ts";
import { checkRefusal } from "./check-refusal.ts";
import type { Face } from "./face.ts";
import { openFaces } from "./open-faces.ts";
import { REFUSALS } from "./refusals.ts";
import { readRefusal, restRequest } from "./rest-face.ts";
import { PAYOUT, Shop } from "./shop.ts";

const { method } = PayoutService;
const CANARY = "canary-4711";

/** Refusals that no row of the table can provoke, each by a test of its name here. */
const BY_HAND = [
  "REQUEST_IN_PROGRESS",
  "VOID_REFUSED",
  "REQUEST_TOO_LARGE",
  "DATABASE_UNAVAILABLE",
  "DEADLINE_EXCEEDED",
  "OVERLOADED",
  "RATE_LIMITED",
  "INTERNAL",
  "QUOTE_EXPIRED",
] as const satisfies readonly ErrorReason[];

/** Refusals that are another test's, in a file that names them. */
const ELSEWHERE = {
  MALFORMED_REQUEST: "tests/e2e/faces/strict-json.test.ts",
  METHOD_NOT_FOUND: "tests/e2e/faces/rest.test.ts",
  METHOD_NOT_ALLOWED: "tests/e2e/faces/rest.test.ts",
  UNSUPPORTED_MEDIA_TYPE: "tests/e2e/faces/rest.test.ts",
  UNIMPLEMENTED: "tests/e2e/faces/own-errors.test.ts",
  WEBHOOK_NOT_VERIFIED: "tests/e2e/webhooks/receiving.test.ts",
  CLAIM_CODE_WRONG: "tests/service/links.test.ts",
  LINK_TRIES_EXHAUSTED: "tests/service/links.test.ts",
  CONNECTOR_ACCOUNT_IN_USE: "tests/repository/contract/connector-accounts.ts",
  CONNECTOR_ACCOUNT_LIMIT: "tests/repository/contract/connector-accounts.ts",
  WEBHOOK_ENDPOINT_LIMIT: "tests/e2e/doors/limits.test.ts",
  CONNECTOR_ACCOUNT_FIXED: "tests/e2e/connectors/environment.test.ts",
} as const satisfies Partial<Record<ErrorReason, string>>;

/** Refusals that nobody outside can provoke, and why. */
const NEVER = {
  SHUTTING_DOWN:
    "A call that runs when the service stops is answered as its payout then stands; a new one finds no port.",
  STREAM_TOO_SLOW: "A stream is read at its reader's pace, so nothing throws it yet.",
} as const satisfies Partial<Record<ErrorReason, string>>;

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

test("every reason of the catalogue has its test, or a reason to have none", () => {
  const rows = REFUSALS.flatMap(({ told }) => (told.reason === undefined ? [] : [told.reason]));
  const told = [...new Set(rows), ...BY_HAND, ...Object.keys(ELSEWHERE), ...Object.keys(NEVER)];
  expect(told.toSorted()).toEqual(Object.keys(ERROR_CATALOGUE).toSorted());
  for (const [reason, file] of Object.entries(ELSEWHERE)) {
    expect(existsSync(file) && readFileSync(file, "utf8").includes(reason), reason).toBe(true);
  }
  const own = readFileSync(new URL(import.meta.url), "utf8");
  const table = readFileSync(new URL("refusals.test.ts", import.meta.url), "utf8");
  for (const reason of BY_HAND) {
    expect(own.includes(`test("${reason}`) || table.includes(`reason: "${reason}"`), reason).toBe(
      true,
    );
  }
});

/** Calls by every face at once, each with a merchant of its own. */
async function byEveryFace(
  calling: (shop: Shop) => Promise<void>,
  { of = faces, at = app } = {},
): Promise<void> {
  await Promise.all(of.map((face) => calling(new Shop(at, face))));
}

async function query(sql: string, ...values: unknown[]): Promise<void> {
  const database = new Database(app.config.databasePath, { timeout: 5000 });
  try {
    if (values.length === 0) database.exec(sql);
    else database.prepare(sql).run(...values);
  } finally {
    database.close();
  }
}

describe("where the processor does not answer", () => {
  let silent: Server;
  let stuck: TestApp;
  let stuckFaces: readonly Face[];
  beforeAll(async () => {
    silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = silent.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    stuck = await startTestApp({
      sandboxUrl: new URL(`http://127.0.0.1:${address.port}`),
    } as never);
    stuckFaces = openFaces(stuck);
  });
  afterAll(async () => {
    for (const face of stuckFaces) face.close();
    silent.close();
    await stuck.stop();
  });

  test("REQUEST_IN_PROGRESS: the first call with the key is still running", async () => {
    await byEveryFace(
      async (shop) => {
        const options = { idempotencyKey: "one" };
        const request = { ...PAYOUT, merchantPayoutId: "one" };
        const first = shop.call(method.create, request, options);
        await expect.poll(() => shop.payouts(), { interval: 20, timeout: 5000 }).toBe(1);
        const before = countRows(stuck.config, [shop.merchantId]);
        const again = () => shop.call(method.create, request, { ...options, timeoutMs: 1500 });
        let answer = await again();
        // A client on a busy machine may see its own deadline first: it asks once more.
        if (!answer.ok && answer.told.code === "deadline_exceeded") answer = await again();
        checkRefusal(
          {
            told: { reason: "REQUEST_IN_PROGRESS", metadata: {}, violations: [] },
            status: 409,
            retrySeconds: 1,
          },
          answer,
        );
        expect(countRows(stuck.config, [shop.merchantId])).toEqual(before);
        expect(await first).toMatchObject({
          ok: true,
          message: { payout: { status: "REQUIRES_CREATION" } },
        });
      },
      { of: stuckFaces, at: stuck },
    );
  });

  test("a call that runs when the service stops is answered, and not refused", async () => {
    const calls = stuckFaces.map(async (face) => {
      const shop = new Shop(stuck, face);
      const answer = shop.call(method.create, PAYOUT, { timeoutMs: 25_000 });
      await expect.poll(() => shop.payouts(), { interval: 20, timeout: 5000 }).toBe(1);
      return answer;
    });
    await Promise.race([Promise.all(calls), new Promise((resolve) => setTimeout(resolve, 1500))]);
    await stuck.stop({ keepFolder: true });
    const answers = await Promise.all(calls);
    expect(answers.flatMap((answer) => (answer.ok ? [] : [answer.told]))).toEqual([]);
  });
});

test("VOID_REFUSED: the processor has paid before it was asked to stop", async () => {
  await byEveryFace(async (shop) => {
    const payoutId = await shop.payout();
    // Behind the service's back: no news tells of it.
    const ledger = new Database(join(app.folder, "sandbox.db"), { timeout: 5000 });
    ledger.prepare("UPDATE transfers SET state = 'SETTLED' WHERE payout_id = ?").run(payoutId);
    ledger.close();
    const answer = await shop.call(method.void, { payoutId });
    checkRefusal(
      {
        told: { reason: "VOID_REFUSED", metadata: { status: "PENDING" }, violations: [] },
        status: 409,
      },
      answer,
    );
  });
});

test("REQUEST_TOO_LARGE: more than a mebibyte", async () => {
  // grpc-js never ends a stream whose body it could not send, and the stop at the end would wait for
  // it: tests/transport/server/limits.test.ts has that face.
  const of = faces.filter(({ name }) => name !== "gRPC");
  await byEveryFace(
    async (shop) => {
      const request = { ...PAYOUT, description: "x".repeat(limits.bodyBytes) };
      const answer = await shop.call(method.create, request);
      checkRefusal(
        { told: { reason: "REQUEST_TOO_LARGE", metadata: {}, violations: [] }, status: 413 },
        answer,
      );
      expect(await shop.payouts()).toBe(0);
    },
    { of },
  );
});

test("DATABASE_UNAVAILABLE: what it says is told to nobody", async () => {
  await query(`CREATE TRIGGER broken BEFORE INSERT ON payouts WHEN NEW.description = 'break it'
    BEGIN SELECT RAISE(ABORT, '${CANARY}'); END`);
  try {
    await byEveryFace(async (shop) => {
      const before = countRows(app.config, [shop.merchantId]);
      const request = { ...PAYOUT, description: "break it" };
      const answer = await shop.call(method.create, request, { idempotencyKey: "one" });
      checkRefusal(
        {
          told: { reason: "DATABASE_UNAVAILABLE", metadata: {}, violations: [] },
          status: 503,
          retrySeconds: 1,
        },
        answer,
      );
      expect(JSON.stringify(answer)).not.toContain(CANARY);
      expect(countRows(app.config, [shop.merchantId])).toEqual(before);
    });
    expect(app.logs.join("")).not.toContain(CANARY);
  } finally {
    await query("DROP TRIGGER broken");
  }
});

test("INTERNAL: what went wrong is told to nobody", async () => {
  await byEveryFace(async (shop) => {
    const payoutId = await shop.payout();
    await query("UPDATE payouts SET metadata = ? WHERE payout_id = ?", `{"${CANARY}`, payoutId);
    const answer = await shop.call(method.list, {});
    checkRefusal(
      { told: { reason: "INTERNAL", metadata: {}, violations: [] }, status: 500 },
      answer,
    );
    expect(JSON.stringify(answer)).not.toContain(CANARY);
    await query("UPDATE payouts SET metadata = '{}' WHERE payout_id = ?", payoutId);
  });
});

describe("DEADLINE_EXCEEDED", () => {
  // Clients tell a deadline by their own clock; what the service says is seen without one only.
  const sendTo = async (of: DescMethod, request: JsonObject, key: string, isRest: boolean) => {
    const { path } = restRequest(of, request);
    const rpc = `/${of.parent.typeName}/${of.name}`;
    return fetch(app.url + (isRest ? path : rpc), {
      method: "POST",
      headers: {
        authorization: `Bearer ${key}`,
        "content-type": "application/json",
        "connect-timeout-ms": "0",
      },
      body: toJsonString(of.input, fromJson(of.input, request)),
    });
  };

  test("DEADLINE_EXCEEDED: before anything was stored, on REST", async () => {
    const face = faces.find(({ name }) => name === "REST");
    if (face === undefined) throw new Error("no REST");
    const shop = new Shop(app, face);
    const response = await sendTo(method.create, PAYOUT, shop.key, true);
    checkRefusal(
      {
        told: { reason: "DEADLINE_EXCEEDED", metadata: {}, violations: [] },
        status: 504,
        retrySeconds: 1,
      },
      await readRefusal(response),
    );
    expect(await shop.payouts()).toBe(0);
  });

  test("by Connect", async () => {
    const [face] = faces;
    if (face === undefined) throw new Error("no face");
    const shop = new Shop(app, face);
    const response = await sendTo(method.create, PAYOUT, shop.key, false);
    expect(await response.json()).toMatchObject({ code: "deadline_exceeded" });
    expect(await shop.payouts()).toBe(0);
  });
});

test("OVERLOADED: a merchant's streams past their bound, by every face that has streams", async () => {
  const [face] = faces;
  if (face?.stream === undefined) throw new Error("no streams");
  const shop = new Shop(app, face);
  const gone = new AbortController();
  const open = async (by: Face) => {
    const stream = by.stream?.(method.watch, {}, { key: shop.key, signal: gone.signal });
    const messages = stream?.[Symbol.asyncIterator]();
    await messages?.next();
    return messages;
  };
  const streams = [];
  while (streams.length < limits.watch.streamsPerMerchant) streams.push(await open(face));
  for (const by of faces.filter(({ stream }) => stream !== undefined)) {
    const refused = await open(by).then(
      () => expect.fail("was not refused"),
      (error: unknown) => refusalOf(error),
    );
    checkRefusal(
      {
        told: { reason: "OVERLOADED", metadata: {}, violations: [] },
        status: 429,
        retrySeconds: 1,
      },
      refused,
    );
  }
  // One that ends makes room, and another merchant has room anyway.
  await streams[0]?.return?.();
  await expect
    .poll(() =>
      open(face).then(
        () => true,
        () => false,
      ),
    )
    .toBe(true);
  gone.abort();
});

test("RATE_LIMITED: a key that calls more than it may, and no other", async () => {
  const limited = await startTestApp({ rateLimit: { calls: 2, perMs: 60_000 } });
  const by = openFaces(limited);
  try {
    for (const face of by) {
      const shop = new Shop(limited, face);
      const before = countRows(limited.config, [shop.merchantId]);
      await shop.get(method.list, {});
      await shop.get(method.list, {});
      const answer = await shop.call(method.create, PAYOUT);
      if (answer.ok) expect.fail("was not refused");
      expect(answer.told).toMatchObject({
        code: "resource_exhausted",
        reason: "RATE_LIMITED",
        metadata: {},
      });
      expect(countRows(limited.config, [shop.merchantId])).toEqual(before);
      const other = limited.addKey({ merchant: "other" }).key;
      expect((await shop.call(method.list, {}, { key: other })).ok).toBe(true);
    }
  } finally {
    for (const face of by) face.close();
    await limited.stop();
  }
});
