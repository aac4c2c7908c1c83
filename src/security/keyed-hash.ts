import { createHmac, createSecretKey, type KeyObject } from "node:crypto";

/** What a keyed hash is for; two purposes never share a hash. */
export type HashPurpose =
  | "api-key"
  | "account-fingerprint"
  | "request-fingerprint"
  | "link-token"
  | "claim-code"
  | "link-draft"
  | "link-receipt"
  | "page-token";

/**
 * HMAC-SHA256 under the server's hash key, separated by purpose. The hash key is apart from the
 * encryption keys so that those can rotate: what is stored hashed cannot be hashed anew.
 */
export class KeyedHash {
  /** Made once: from raw bytes it would be made anew for each hash, which takes most of its time. */
  readonly #key: KeyObject;

  /** @param key 32 bytes */
  constructor(key: Uint8Array) {
    if (key.length !== 32) throw new Error("the hash key is not 32 bytes long");
    this.#key = createSecretKey(key);
  }

  /** 32 bytes. */
  bytes(purpose: HashPurpose, data: string | Uint8Array): Buffer {
    return createHmac("sha256", this.#key).update(purpose).update("\0").update(data).digest();
  }

  /** The same as 43 characters of base64url. */
  text(purpose: HashPurpose, data: string | Uint8Array): string {
    return this.bytes(purpose, data).toString("base64url");
  }
}
