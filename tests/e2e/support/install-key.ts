import { randomBytes } from "node:crypto";
import Database from "better-sqlite3";
import type { Config } from "../../../src/config.ts";
import { SCOPES, type Scope } from "../../../src/domain/access.ts";
import { newId } from "../../../src/domain/id.ts";
import { generateApiKey, hashApiKey } from "../../../src/security/api-key.ts";
import { KeyedHash } from "../../../src/security/keyed-hash.ts";

export interface TestKey {
  readonly key: string;
  readonly keyId: string;
  readonly merchantId: string;
}

export interface KeyOptions {
  /** Default: the first merchant, whose is the bootstrap key. "other" makes a merchant each time. */
  readonly merchant?: "same" | "other" | "live";
  /** Default: all. */
  readonly scopes?: readonly Scope[];
  /** Milliseconds on the app's clock. Default: never. */
  readonly expireTime?: number;
  readonly revokeTime?: number;
}

/**
 * Puts a key into the database of a running app. There is no call for it yet: the repository's
 * `bootstrap` knows one merchant of each mode, and tests need two.
 */
export function installKey(config: Config, now: number, options: KeyOptions = {}): TestKey {
  const { merchant = "same", scopes = SCOPES, expireTime = null, revokeTime = null } = options;
  const { hashKey } = config;
  if (hashKey === null) throw new Error("the app of a test needs a hash key of its own");
  const key = generateApiKey(merchant === "live", randomBytes);
  const keyId = newId("apiKey", now, randomBytes);
  const database = new Database(config.databasePath, { timeout: 5000 });
  try {
    database.pragma("foreign_keys = ON");
    const merchantId =
      merchant === "same" ? firstMerchant(database) : newId("merchant", now, randomBytes);
    database.transaction(() => {
      if (merchant !== "same") {
        database
          .prepare(
            "INSERT INTO merchants (merchant_id, name, livemode, create_time, operator) VALUES (?, ?, ?, ?, 0)",
          )
          .run(merchantId, "Another merchant", merchant === "live" ? 1 : 0, now);
      }
      database
        .prepare(
          "INSERT INTO api_keys (key_id, merchant_id, key_hash, hint, scopes, create_time, expire_time, revoke_time) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .run(
          keyId,
          merchantId,
          hashApiKey(key, new KeyedHash(hashKey)),
          key.slice(-4),
          JSON.stringify(scopes),
          now,
          expireTime,
          revokeTime,
        );
    })();
    return { key, keyId, merchantId };
  } finally {
    database.close();
  }
}

function firstMerchant(database: Database.Database): string {
  const row = database
    .prepare("SELECT merchant_id FROM merchants WHERE livemode = 0 ORDER BY create_time LIMIT 1")
    .pluck()
    .get();
  if (typeof row !== "string") throw new Error("there is no test merchant");
  return row;
}
