import { randomUUID } from "node:crypto";
import type Database from "better-sqlite3";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { ServiceError } from "../../../src/domain/errors.ts";
import { RepositoryError } from "../../../src/repository/repository.ts";
import { openDatabase } from "../../../src/repository/sqlite/database.ts";
import { toRepositoryError, UnitQueue } from "../../../src/repository/sqlite/unit-queue.ts";
import { pathOf } from "./open.ts";

/** A queue on a real file, with a log of the statements that make its transactions. */
function bench(options: { readonly maxPerCommit?: number; readonly maxWaiting?: number } = {}) {
  const { client } = openDatabase(pathOf(randomUUID()), { busyTimeoutMs: 100 });
  onTestFinished(() => void client.close());
  client.exec(`
    CREATE TABLE parents (id INTEGER PRIMARY KEY) STRICT;
    CREATE TABLE rows (
      n INTEGER PRIMARY KEY,
      body TEXT NOT NULL DEFAULT '',
      parent INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED
    ) STRICT`);
  const log: string[] = [];
  const exec = client.exec.bind(client);
  vi.spyOn(client, "exec").mockImplementation((sql) => {
    log.push(sql);
    return exec(sql);
  });
  const { maxPerCommit = 64, maxWaiting = 1000 } = options;
  const queue = new UnitQueue(client, { maxPerCommit, maxWaiting, schedule: setImmediate });
  const insert = (n: number) => client.prepare("INSERT INTO rows (n) VALUES (?)").run(n);
  return { client, log, queue, insert, commits: () => count(log, "COMMIT") };
}

const count = (log: readonly string[], sql: string) => log.filter((each) => each === sql).length;
const rowsOf = (client: Database.Database) =>
  client.prepare("SELECT n FROM rows ORDER BY n").pluck().all();

describe("the unit queue", () => {
  it("makes units that arrive together share one commit", async () => {
    const { queue, insert, client, commits } = bench();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => queue.run(() => insert(n).changes + n)),
    );
    expect(answers).toEqual(Array.from({ length: 50 }, (_, n) => n + 1));
    expect(commits()).toBe(1);
    expect(rowsOf(client)).toHaveLength(50);
  });

  it("bounds the units of a commit", async () => {
    const { queue, insert, commits } = bench({ maxPerCommit: 8 });
    await Promise.all(Array.from({ length: 50 }, (_, n) => queue.run(() => insert(n))));
    expect(commits()).toBe(7);
  });

  it("refuses a unit whose caller has gone before its turn, alone", async () => {
    const { queue, insert, client } = bench();
    const gone = new AbortController();
    const here = new AbortController();
    const units = [
      queue.run(() => insert(1), here.signal),
      queue.run(() => insert(2), gone.signal),
      queue.run(() => insert(3)),
    ];
    gone.abort();
    const ends = await Promise.allSettled(units);
    expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(ends[1]).toMatchObject({ reason: { reason: "DEADLINE_EXCEEDED" } });
    // Gone afterwards changes nothing.
    here.abort();
    expect(rowsOf(client)).toEqual([1, 3]);
  });

  it("resolves nothing before the commit", async () => {
    const { queue, insert, log } = bench();
    const seen: number[] = [];
    const one = queue.run(() => insert(1)).then(() => seen.push(count(log, "COMMIT")));
    const two = queue
      .run(() => {
        throw new ServiceError("PAYOUT_NOT_FOUND");
      })
      .catch(() => seen.push(count(log, "COMMIT")));
    await Promise.all([one, two]);
    expect(seen).toEqual([1, 1]);
  });

  it("rolls a unit that throws back alone", async () => {
    const { queue, insert, client, commits } = bench();
    const ends = await Promise.allSettled([
      queue.run(() => insert(1)),
      queue.run(() => {
        insert(2);
        throw new ServiceError("PAYOUT_STATE_CONFLICT");
      }),
      queue.run(() => insert(3)),
      queue.run(() => insert(3)),
    ]);
    expect(ends.map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
      "rejected",
    ]);
    expect(ends[1]).toMatchObject({ reason: { reason: "PAYOUT_STATE_CONFLICT" } });
    expect(ends[3]).toMatchObject({
      reason: { name: "RepositoryError", code: "SQLITE_CONSTRAINT_PRIMARYKEY" },
    });
    expect(rowsOf(client)).toEqual([1, 3]);
    expect(commits()).toBe(1);
  });

  it("rejects every unit of a commit that fails, and goes on", async () => {
    const { queue, insert, client } = bench();
    const orphan = () => client.prepare("INSERT INTO rows (n, parent) VALUES (9, 404)").run();
    const ends = await Promise.allSettled([
      queue.run(() => insert(1)),
      queue.run(orphan),
      queue.run(() => insert(2)),
    ]);
    for (const end of ends) {
      expect(end).toMatchObject({
        status: "rejected",
        reason: { name: "RepositoryError", code: "SQLITE_CONSTRAINT_FOREIGNKEY" },
      });
    }
    expect(rowsOf(client)).toEqual([]);
    await queue.run(() => insert(3));
    expect(rowsOf(client)).toEqual([3]);
  });

  it("answers no unit wrongly when the disk is full, and goes on when there is room", async () => {
    const { queue, insert, client } = bench();
    const pages = client.pragma("page_count", { simple: true });
    client.pragma(`max_page_count = ${pages}`);
    const big = () =>
      client.prepare("INSERT INTO rows (n, body) VALUES (?, ?)").run(7, "x".repeat(100_000));
    const ends = await Promise.allSettled([
      queue.run(() => insert(1)),
      queue.run(big),
      queue.run(() => insert(2)),
    ]);
    expect(ends[1]).toMatchObject({ reason: { name: "RepositoryError", code: "SQLITE_FULL" } });
    const told = ends.flatMap((end, index) => (end.status === "fulfilled" ? [index] : []));
    expect(rowsOf(client)).toEqual(told.map((index) => (index === 0 ? 1 : 2)));
    client.pragma("max_page_count = 100000");
    await queue.run(big);
    expect(rowsOf(client)).toContain(7);
  });

  it("waits for another process's lock, and rejects past the limit", async () => {
    const { queue, insert, client } = bench();
    const other = openDatabase(client.name, { busyTimeoutMs: 100 }).client;
    other.exec("BEGIN IMMEDIATE");
    await expect(queue.run(() => insert(1))).rejects.toMatchObject({ code: "SQLITE_BUSY" });
    other.exec("ROLLBACK");
    other.close();
    await queue.run(() => insert(2));
    expect(rowsOf(client)).toEqual([2]);
  });

  it("refuses at once past its bound, and takes more when it has worked", async () => {
    const { queue, insert } = bench({ maxWaiting: 3 });
    const waiting = [1, 2, 3].map((n) => queue.run(() => insert(n)));
    await expect(queue.run(() => insert(4))).rejects.toMatchObject({ reason: "OVERLOADED" });
    await Promise.all(waiting);
    await queue.run(() => insert(4));
  });

  it("takes units that units bring, in a later commit", async () => {
    const { queue, insert, commits } = bench();
    const [, inner] = await Promise.all([
      queue.run(() => insert(1)),
      queue.run(() => ({ later: queue.run(() => insert(2)) })),
    ]);
    await inner.later;
    expect(commits()).toBe(2);
  });

  it("runs what waits when it is flushed, and nothing twice", async () => {
    const { queue, insert, client } = bench({ maxPerCommit: 2 });
    const waiting = [1, 2, 3].map((n) => queue.run(() => insert(n)));
    queue.flush();
    expect(rowsOf(client)).toEqual([1, 2, 3]);
    await Promise.all(waiting);
    await new Promise(setImmediate);
    expect(rowsOf(client)).toEqual([1, 2, 3]);
  });
});

describe("a driver's error", () => {
  it("is replaced by one without statement and values", async () => {
    const { queue, client } = bench();
    const secret = "4242424242424242";
    const failing = queue.run(() =>
      client.prepare(`INSERT INTO rows (n, body) VALUES ('account ${secret}', '')`).run(),
    );
    const error = await failing.catch((caught: unknown) => caught);
    expect(error).toMatchObject({ message: "the database could not do this" });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(secret);
    expect(Object.keys(error as object).sort()).toEqual(["code", "name"]);
  });

  it("is found inside a wrapper, and odd things become an error", () => {
    const cause = Object.assign(new Error("secret"), { code: "SQLITE_FULL" });
    const wrapped = new Error("Failed query: insert … params: secret", { cause });
    expect(toRepositoryError(wrapped)).toEqual(new RepositoryError("SQLITE_FULL"));
    expect(toRepositoryError("secret").message).not.toContain("secret");
    expect(toRepositoryError(undefined)).toBeInstanceOf(Error);
  });
});
