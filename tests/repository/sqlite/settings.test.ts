import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { ServiceError } from "../../../src/domain/errors.ts";
import { assertSettings, openDatabase } from "../../../src/repository/sqlite/database.ts";
import { newCipher, World } from "../fixtures.ts";
import { openSqlite, pathOf, peek } from "./open.ts";

const settings = ["journal_mode", "synchronous", "foreign_keys", "trusted_schema"];

it("holds the durability settings when the file is opened again", () => {
  const path = pathOf(randomUUID());
  for (let time = 0; time < 2; time += 1) {
    const { client } = openDatabase(path, { busyTimeoutMs: 1234 });
    expect(settings.map((name) => client.pragma(name, { simple: true }))).toEqual(["wal", 2, 1, 0]);
    expect(client.pragma("busy_timeout", { simple: true })).toBe(1234);
    client.close();
  }
});

it("names the setting that does not hold, which a plain connection to the same file has not", () => {
  const database = randomUUID();
  openDatabase(pathOf(database), { busyTimeoutMs: 100 }).client.close();
  const plain = peek(database);
  // Whatever the library was built with: this is what a forgotten PRAGMA looks like.
  plain.pragma("synchronous = NORMAL");
  expect(() => assertSettings(plain)).toThrow("SQLite setting synchronous is 1 and must be 2");
  plain.close();
});

it("refuses a database that cannot be in WAL mode", () => {
  expect(() => openDatabase(":memory:", { busyTimeoutMs: 100 })).toThrow(
    "SQLite setting journal_mode is memory and must be wal",
  );
});

it("closes the file when it cannot be migrated", async () => {
  const database = randomUUID();
  const opening = openSqlite(
    { database, cipher: newCipher(), now: () => 0 },
    { migrations: "/nowhere" },
  );
  await expect(opening).rejects.toThrow("ENOENT");
});

it("keeps who decided and why with the change, for ever, and nothing of a refused one", async () => {
  let database = "";
  const world = await World.open((options) => {
    database = options.database;
    return openSqlite(options);
  });
  const { payout } = await world.create();
  const audit = { actor: "key", action: "payout.resolve.paid", reason: "seen in the ledger" };
  const { payouts } = world.repository;
  await payouts.change(payout, { audit }, (current) => current);
  const refused = payouts.change(payout, { audit }, () => {
    throw new ServiceError("PAYOUT_STATE_CONFLICT");
  });
  await expect(refused).rejects.toThrow();
  const client = peek(database);
  expect(client.prepare("SELECT * FROM audit_entries").all()).toEqual([
    {
      ...audit,
      position: 1,
      merchant_id: world.merchantId,
      subject_id: payout.payoutId,
      create_time: world.time,
    },
  ]);
  expect(() => client.exec("UPDATE audit_entries SET reason = 'another'")).toThrow("never changed");
  client.close();
});

it("adds up past 2^53 only as text: SQLite's own sum, read as a number, is off", () => {
  const client = peek(randomUUID());
  client.exec("CREATE TABLE amounts (minor INTEGER) STRICT");
  const most = 2n ** 53n - 1n;
  const insert = client.prepare("INSERT INTO amounts VALUES (?)");
  for (const minor of [most, most, 1n]) insert.run(minor);
  const exact = 2n * most + 1n;
  const text = client.prepare("SELECT CAST(sum(minor) AS TEXT) FROM amounts").pluck().get();
  expect(BigInt(String(text))).toBe(exact);
  const number = client.prepare("SELECT sum(minor) FROM amounts").pluck().get();
  expect(BigInt(Number(number))).not.toBe(exact);
  client.close();
});
