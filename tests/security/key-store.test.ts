import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { loadOrMakeKeys } from "../../src/security/key-store.ts";

const NONE = { encryptionKeys: null, hashKey: null };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "payout-keys-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

it("makes keys once, for nobody else to read, and leaves nothing beside them", () => {
  const made = loadOrMakeKeys(folder, NONE, randomBytes);
  expect(loadOrMakeKeys(folder, NONE, randomBytes)).toEqual(made);
  expect(readdirSync(folder).toSorted()).toEqual(["encryption.key", "hash.key"]);
  for (const name of readdirSync(folder)) {
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  }
});

it("takes the key of another process that made it at the same time", () => {
  let others: ReturnType<typeof loadOrMakeKeys> | undefined;
  const ours = loadOrMakeKeys(folder, NONE, (size) => {
    // Where this process would be paused: it has seen no key yet.
    others ??= loadOrMakeKeys(folder, NONE, randomBytes);
    return randomBytes(size);
  });
  expect(ours).toEqual(others);
});

it("goes on after a kill while the key was being made", () => {
  const killed = () =>
    loadOrMakeKeys(folder, NONE, (size) => {
      if (size === 32) throw new Error("killed");
      return randomBytes(size);
    });
  expect(killed).toThrow("killed");
  expect(loadOrMakeKeys(folder, NONE, randomBytes).hashKey).toHaveLength(32);
});
