import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  unlinkSync,
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
  if (!existsSync(path)) make(path, random);
  chmodSync(path, 0o600);
  const key = Buffer.from(readFileSync(path, "utf8").trim(), "base64");
  if (key.length !== 32) throw new Error(`the key file ${path} is damaged`);
  return key;
}

/**
 * The file appears with its whole content or not at all: a kill in between, or a second process that
 * starts meanwhile, must never find half a key. Of two that make it together the first one's stays.
 */
function make(path: string, random: (size: number) => Uint8Array): void {
  const draft = `${path}.${Buffer.from(random(8)).toString("hex")}`;
  const file = openSync(draft, "wx", 0o600);
  try {
    writeSync(file, `${Buffer.from(random(32)).toString("base64")}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== "EEXIST") throw error;
  } finally {
    unlinkSync(draft);
  }
}
