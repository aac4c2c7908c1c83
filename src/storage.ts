import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Clock } from "./clock.ts";
import type { Config } from "./config.ts";
import { type IdKind, newId } from "./domain/id.ts";
import { limits } from "./limits.ts";
import type { Repository } from "./repository/repository.ts";
import { openSqliteRepository } from "./repository/sqlite/index.ts";
import { Cipher } from "./security/cipher.ts";
import { loadOrMakeKeys } from "./security/key-store.ts";
import { KeyedHash } from "./security/keyed-hash.ts";

/** What is stored, with the keys that open it. */
export interface Storage {
  readonly repository: Repository;
  readonly hash: KeyedHash;
  readonly newId: (kind: IdKind) => string;
  readonly randomBytes: (size: number) => Uint8Array;
  /** The data folder: readable by nobody else. */
  readonly folder: string;
}

/** Opens the database and the keys that the settings name; makes both when they are not there. */
export function openStorage(
  config: Pick<Config, "databasePath" | "encryptionKeys" | "hashKey">,
  { packageRoot, clock }: { readonly packageRoot: string; readonly clock: Clock },
): Storage {
  const folder = dirname(config.databasePath);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const keys = loadOrMakeKeys(folder, config, randomBytes);
  const repository = openSqliteRepository({
    path: config.databasePath,
    migrations: join(packageRoot, "drizzle", "sqlite"),
    busyTimeoutMs: limits.databaseBusyMs,
    cipher: new Cipher(keys.encryptionKeys, randomBytes),
    now: clock.now,
    randomBytes,
    maxPerCommit: limits.unitsPerCommit,
    maxWaiting: limits.unitsWaiting,
    schedule: setImmediate,
  });
  return {
    repository,
    hash: new KeyedHash(keys.hashKey),
    newId: (kind) => newId(kind, clock.now(), randomBytes),
    randomBytes,
    folder,
  };
}
