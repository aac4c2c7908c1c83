import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { EncryptionKey } from "./cipher.ts";

export interface ServerKeys {
  readonly encryptionKeys: readonly EncryptionKey[];
  readonly hashKey: Uint8Array;
}

/**
 * The server's keys for development: made once in the data folder, readable by nobody else, and
 * durable before anything is encrypted under them. In production they come from settings.
 */
export function loadOrMakeKeys(
  folder: string,
  given: {
    readonly encryptionKeys: ServerKeys["encryptionKeys"] | null;
    readonly hashKey: Uint8Array | null;
  },
  random: (size: number) => Uint8Array,
): ServerKeys {
  return {
    encryptionKeys: given.encryptionKeys ?? [
      { id: "local", key: loadOrMake(join(folder, "encryption.key"), random) },
    ],
    hashKey: given.hashKey ?? loadOrMake(join(folder, "hash.key"), random),
  };
}

function loadOrMake(path: string, random: (size: number) => Uint8Array): Uint8Array {
  if (!existsSync(path)) {
    try {
      // Exclusive: of two processes that start together, one makes the key and the other reads it.
      const file = openSync(path, "wx", 0o600);
      try {
        writeSync(file, `${Buffer.from(random(32)).toString("base64")}\n`);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
    } catch (error) {
      if ((error as { readonly code?: unknown }).code !== "EEXIST") throw error;
    }
  }
  chmodSync(path, 0o600);
  const key = Buffer.from(readFileSync(path, "utf8").trim(), "base64");
  if (key.length !== 32) throw new Error(`the key file ${path} is damaged`);
  return key;
}
