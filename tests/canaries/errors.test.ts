import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { readConfig } from "../../src/config.ts";
import { SANDBOX_MANIFEST } from "../../src/connectors/sandbox/manifest.ts";
import { type PayoutMethodInput, parsePayoutMethod } from "../../src/domain/payout-method/index.ts";
import { parsePerson } from "../../src/domain/person.ts";
import { CALL_ENDS, callConnector } from "../../src/engine/call-connector.ts";
import { Circuits } from "../../src/engine/circuits.ts";
import { LaneHealth } from "../../src/engine/lane-health.ts";
import { Cipher } from "../../src/security/cipher.ts";
import { loadOrMakeKeys } from "../../src/security/key-store.ts";
import { createLogger } from "../../src/telemetry/logger.ts";
import { SAMPLES } from "../domain/payout-method/samples.ts";
import { World } from "../repository/fixtures.ts";
import { openSqlite, peek } from "../repository/sqlite/open.ts";

/** Stands for any secret: no error says it, whichever way one looks at the error. */
const SECRET = "Zcanary840175520967731";
const DIGITS = "840175520967731";

function expectSilent(thrown: unknown): void {
  expect(thrown).toBeInstanceOf(Error);
  const whole = inspect(thrown, { depth: 20, showHidden: true, maxStringLength: null });
  expect(whole).not.toContain(DIGITS);
  expect(JSON.stringify(thrown)).not.toContain(DIGITS);
}

async function thrownBy(run: () => unknown): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return error;
  }
  return undefined;
}

const THROWN: readonly (readonly [string, () => unknown])[] = [
  ["a message", () => new Error(`refused: ${SECRET}`)],
  ["a message of several lines", () => new Error(`<pre>\n    at pay (${SECRET})\n${SECRET}`)],
  ["a message that was changed", () => Object.assign(new Error("x"), { message: SECRET })],
  ["a cause", () => new Error("x", { cause: new TypeError(SECRET) })],
  ["a cause that is none", () => new Error("x", { cause: { account: SECRET } })],
  ["parts", () => new AggregateError([new Error(SECRET)], SECRET)],
  ["properties", () => Object.assign(new Error("x"), { body: SECRET, config: { url: SECRET } })],
  ["a code that is none", () => Object.assign(new Error("x"), { code: SECRET })],
  ["a number for a code", () => Object.assign(new Error("x"), { code: Number(DIGITS) })],
  ["a text instead of an error", () => SECRET],
  ["an object instead of an error", () => ({ message: SECRET, stack: `    at ${SECRET}` })],
  [
    "JSON that cannot be read",
    () => {
      try {
        return JSON.parse(`{"account": ${SECRET}`);
      } catch (error) {
        return error;
      }
    },
  ],
  [
    "itself for a cause",
    () => {
      const error = new Error(SECRET);
      return Object.assign(error, { cause: error });
    },
  ],
];

describe("what is thrown with", () => {
  it.each(THROWN)("%s is logged without it, and told without it", async (_, make) => {
    const lines: string[] = [];
    const log = createLogger("trace", { write: (line) => void lines.push(line) });
    log.error({ err: make() }, "a fault");
    const told = await callConnector(
      {
        clock: systemClock,
        log,
        circuits: new Circuits(systemClock),
        health: new LaneHealth(systemClock),
        timeoutMs: 1000,
        merchantId: "mer_1",
        connector: "sandbox",
        manifest: SANDBOX_MANIFEST,
      },
      "transfer",
      async () => {
        throw make();
      },
      CALL_ENDS,
    );
    expect(lines.length).toBe(2);
    for (const line of lines) expect(line).toMatch(/^\{"level":"error".*\}\n$/);
    expect(lines.join("")).not.toContain(DIGITS);
    expect(JSON.stringify(told)).not.toContain(DIGITS);
  });

  it("nothing secret still says where it was thrown", () => {
    const lines: string[] = [];
    const log = createLogger("trace", { write: (line) => void lines.push(line) });
    const error = Object.assign(new Error(`the\nfirst ${SECRET}`), { code: "SQLITE_FULL" });
    log.error({ err: error }, "a fault");
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({
      err: {
        type: "Error",
        code: "SQLITE_FULL",
        frames: expect.arrayContaining([expect.stringContaining("errors.test.ts")]),
      },
    });
  });
});

describe("our own errors say nothing:", () => {
  it("settings that are wrong", async () => {
    const wrong = {
      PAYOUT_ENCRYPTION_KEYS: `k:${SECRET}`,
      PAYOUT_HASH_KEY: SECRET,
      PAYOUT_BOOTSTRAP_API_KEY: `sk_odd_${SECRET}`,
      DATABASE_URL: `postgres://user:${SECRET}@host/db`,
      PAYOUT_PUBLIC_URL: SECRET,
      PAYOUT_TLS_KEY: SECRET,
      LOG_LEVEL: SECRET,
      PORT: DIGITS,
    };
    expectSilent(await thrownBy(() => readConfig(wrong)));
    const files = Object.fromEntries(Object.keys(wrong).map((name) => [`${name}_FILE`, "file"]));
    expectSilent(await thrownBy(() => readConfig(files, () => SECRET)));
  });

  it("keys that are damaged, and ciphertexts that do not open", async () => {
    const folder = mkdtempSync(join(tmpdir(), "payout-canaries-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, "encryption.key"), SECRET);
    const given = { encryptionKeys: null, hashKey: null };
    expectSilent(await thrownBy(() => loadOrMakeKeys(folder, given, randomBytes)));
    const cipher = new Cipher([{ id: "k", key: randomBytes(32) }], randomBytes);
    const place = { table: "t", row: "r", column: "c", merchantId: "m" };
    const sealed = cipher.seal(SECRET, place);
    expectSilent(await thrownBy(() => cipher.open(sealed, { ...place, row: "other" })));
    expectSilent(await thrownBy(() => cipher.open(Buffer.from(SECRET), place)));
    expectSilent(
      await thrownBy(() => new Cipher([{ id: SECRET.repeat(9), key: sealed }], randomBytes)),
    );
  });

  it("a database that refuses", async () => {
    const database = randomUUID();
    const world = await World.open((options) => openSqlite({ ...options, database }));
    const client = peek(database);
    client.exec(
      "CREATE TRIGGER refuse BEFORE INSERT ON payouts BEGIN SELECT RAISE(ABORT, 'no'); END",
    );
    client.close();
    const destination = {
      method: { kind: "paypal" as const, paypalId: SECRET },
      person: null,
    };
    const changes = { description: SECRET, metadata: { note: SECRET }, merchantPayoutId: SECRET };
    expectSilent(await thrownBy(() => world.create(changes, { destination })));
  });

  it("violations", () => {
    const now = Date.now();
    for (const sample of Object.values(SAMPLES)) {
      for (const name of Object.keys(sample).filter((each) => each !== "kind")) {
        const input = { ...sample, [name]: `${SECRET}\u0001` } as PayoutMethodInput;
        expect(JSON.stringify(parsePayoutMethod(input, { now }).violations ?? [])).not.toContain(
          DIGITS,
        );
      }
    }
    const wrong = `${SECRET}\u0001`;
    const person = {
      type: wrong,
      individual: { givenName: wrong, familyName: wrong, birthDate: wrong, nationalId: wrong },
      organization: { legalName: wrong, registrationNumber: wrong, taxId: wrong },
      email: wrong,
      phone: wrong,
      address: { lines: [wrong], city: wrong, region: wrong, postalCode: wrong, country: wrong },
    };
    for (const type of [wrong, "INDIVIDUAL", "COMPANY"]) {
      const { violations = [] } = parsePerson({ ...person, type }, { now });
      expect(violations.length).toBeGreaterThan(0);
      expect(JSON.stringify(violations)).not.toContain(DIGITS);
    }
  });
});
