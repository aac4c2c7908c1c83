import { describe, expect, it } from "vitest";
import { printEncryptionStatus } from "../../src/cli/database/encryption-status.ts";
import { rotateEncryption } from "../../src/cli/database/rotate-encryption.ts";
import type { Clock } from "../../src/clock.ts";
import { RepositoryError, type SecretStore } from "../../src/repository/repository.ts";

/** The ids of rows with the key that each is under, all in `payouts`; oldest first. */
type Rows = Map<string, string | null>;

/** A store in memory of which every page is one row long. */
function storeOf(rows: Rows, { unreadable = [] as string[], onPage = (_page: number) => {} } = {}) {
  let pages = 0;
  const page = (place: { readonly table: string }, after: string | null) => {
    if (place.table !== "payouts") return { id: null, next: null };
    const [id = null] = [...rows.keys()]
      .toReversed()
      .filter((each) => after === null || each < after);
    return { id, next: id };
  };
  const store: SecretStore = {
    keyIds: async () => ["new", "old"],
    reencrypt: async (place, after) => {
      const { id, next } = page(place, after);
      if (place.table === "payouts") {
        pages += 1;
        onPage(pages);
      }
      if (id === null) return { looked: 0, changed: 0, unreadable: [], next };
      if (unreadable.includes(id)) {
        return { looked: 1, changed: 0, unreadable: [{ id, problem: "not authentic" }], next };
      }
      const changed = rows.get(id) === "new" ? 0 : 1;
      rows.set(id, "new");
      return { looked: 1, changed, unreadable: [], next };
    },
    count: async (place) => {
      const counts = new Map<string | null, number>();
      if (place.table === "payouts") {
        for (const keyId of rows.values()) counts.set(keyId, (counts.get(keyId) ?? 0) + 1);
      }
      return { keys: counts, next: null };
    },
    probe: async () => [],
  };
  return store;
}

/** Time that passes by waiting, at once; and how long was waited, each time. */
function waitingClock() {
  const waits: number[] = [];
  let now = 0;
  const clock: Clock = {
    now: () => now,
    after: (delayMs, callback) => {
      waits.push(delayMs);
      now += delayMs;
      const timer = setImmediate(callback);
      return () => clearImmediate(timer);
    },
  };
  return { clock, waits };
}

async function rotate(secrets: SecretStore, stop = new AbortController()) {
  const lines: string[] = [];
  const { clock, waits } = waitingClock();
  const write = (line: string) => void lines.push(line);
  const rotated = await rotateEncryption({ secrets, clock, write, signal: stop.signal });
  return { rotated, lines, waits };
}

const rowsOf = (count: number, keyId: string): Rows =>
  new Map(Array.from({ length: count }, (_, index) => [`po_${index}`, keyId]));

describe("a rotation", () => {
  it("goes through everything, pauses after what it changed, and says what it did", async () => {
    const rows = rowsOf(3, "old").set("po_9", "new");
    const { rotated, lines, waits } = await rotate(storeOf(rows));
    expect(rotated).toEqual({ changed: 3, unreadable: 0, remaining: 0 });
    expect([...rows.values()]).toEqual(["new", "new", "new", "new"]);
    expect(waits).toEqual([20, 20, 20]);
    expect(lines).toEqual([
      "everything goes under the key new",
      "payouts.destination_secret: 4 looked at, 3 encrypted anew",
      "3 encrypted anew in 0.1 s, 50 a second",
    ]);
    expect((await rotate(storeOf(rows))).waits).toEqual([]);
  });

  it("names what does not open, goes on, and says that something is left", async () => {
    const rows = rowsOf(3, "old");
    const { rotated, lines } = await rotate(storeOf(rows, { unreadable: ["po_1"] }));
    expect(rotated).toEqual({ changed: 2, unreadable: 1, remaining: 1 });
    expect(lines).toContain("payouts.destination_secret of po_1: not authentic");
    expect(lines.at(-1)).toBe("1 did not open and were left as they were");
  });

  it("says when somebody still encrypts under the old key", async () => {
    const rows = rowsOf(3, "old");
    const onPage = () => void rows.set("po_9", "old");
    const { rotated, lines } = await rotate(storeOf(rows, { onPage }));
    expect(rotated).toMatchObject({ remaining: 1 });
    expect(lines.at(-1)).toBe("1 are not under new: a service runs that has another key first");
  });

  it("ends after the batch that runs when it is told to", async () => {
    const rows = rowsOf(9, "old");
    const stop = new AbortController();
    const store = storeOf(rows, { onPage: (page) => page === 4 && stop.abort() });
    const { rotated, lines } = await rotate(store, stop);
    expect(rotated).toEqual({ changed: 4, unreadable: 0, remaining: null });
    expect(lines.at(-1)).toBe("stopped after 4; start it again to go on");
    expect((await rotate(store)).rotated).toEqual({ changed: 5, unreadable: 0, remaining: 0 });
  });

  it("waits while others hold the database, and not for ever", async () => {
    const busy = (pages: number) =>
      storeOf(rowsOf(1, "old"), {
        onPage: (page) => {
          if (page <= pages) throw new RepositoryError("SQLITE_BUSY");
        },
      });
    expect((await rotate(busy(59))).rotated).toMatchObject({ changed: 1, remaining: 0 });
    await expect(rotate(busy(60))).rejects.toMatchObject({ code: "SQLITE_BUSY" });
    const full = storeOf(rowsOf(1, "old"), {
      onPage: () => {
        throw new RepositoryError("SQLITE_FULL");
      },
    });
    await expect(rotate(full)).rejects.toMatchObject({ code: "SQLITE_FULL" });
  });
});

describe("the status", () => {
  it.each([
    [
      rowsOf(2, "new"),
      true,
      ["key new (encrypts): 2", "  payouts.destination_secret: 2", "key old: 0"],
    ],
    [
      rowsOf(1, "old").set("po_7", "gone").set("po_8", null),
      false,
      [
        "key new (encrypts): 0",
        "key old: 1",
        "  payouts.destination_secret: 1",
        "key gone (missing in the settings): 1",
        "  payouts.destination_secret: 1",
        "no ciphertext at all: 1",
        "  payouts.destination_secret: 1",
      ],
    ],
  ])("counts by key, and says whether all are known", async (rows, known, expected) => {
    const lines: string[] = [];
    expect(await printEncryptionStatus(storeOf(rows), (line) => void lines.push(line))).toBe(known);
    expect(lines).toEqual(expected);
  });
});
