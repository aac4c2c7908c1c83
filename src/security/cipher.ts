import { createCipheriv, createDecipheriv } from "node:crypto";

/** One encryption key: its id travels with every ciphertext, so that keys can be rotated. */
export interface EncryptionKey {
  /** 1 to 32 characters of letters, digits, `-` and `_`. */
  readonly id: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

/** The place that a ciphertext belongs to. Moved anywhere else, it does not open. */
export interface CiphertextBinding {
  readonly table: string;
  readonly row: string;
  readonly column: string;
  readonly merchantId: string;
}

/**
 * Encrypts data at rest: AES-256-GCM, a random 96-bit nonce, and the binding as additional data.
 *
 * Layout: version (1 byte, 1), length of key id (1 byte), key id, nonce (12), tag (16), ciphertext.
 * The first key encrypts, every key decrypts.
 */
export class Cipher {
  readonly #keys: ReadonlyMap<string, Uint8Array>;
  readonly #current: EncryptionKey;
  readonly #random: (size: number) => Uint8Array;

  /** @throws when there is no key, an id occurs twice, or a key is not 32 bytes. */
  constructor(keys: readonly EncryptionKey[], random: (size: number) => Uint8Array) {
    const [current] = keys;
    if (current === undefined) throw new Error("at least one encryption key is needed");
    for (const { id, key } of keys) {
      if (!KEY_ID.test(id)) throw new Error("encryption key id is malformed");
      if (key.length !== 32) throw new Error(`encryption key ${id} is not 32 bytes long`);
    }
    this.#keys = new Map(keys.map(({ id, key }) => [id, key]));
    if (this.#keys.size !== keys.length) throw new Error("encryption key id occurs twice");
    this.#current = current;
    this.#random = random;
  }

  seal(plaintext: string, binding: CiphertextBinding): Uint8Array {
    const nonce = this.#random(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#current.key, nonce);
    cipher.setAAD(additionalData(binding));
    const body = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final()]);
    const id = Buffer.from(this.#current.id, "latin1");
    return Buffer.concat([Buffer.from([VERSION, id.length]), id, nonce, cipher.getAuthTag(), body]);
  }

  /** The ids of the keys, the one that encrypts first. */
  get keyIds(): readonly string[] {
    return [...this.#keys.keys()];
  }

  /**
   * The same text under the current key; null when it is under it already, and then it is not opened.
   *
   * @throws CipherError as `open` does
   */
  reseal(sealed: Uint8Array, binding: CiphertextBinding): Uint8Array | null {
    if (keyIdOf(sealed) === this.#current.id) return null;
    return this.seal(this.open(sealed, binding), binding);
  }

  /** @throws CipherError when the ciphertext is damaged, was moved, or its key is not known. */
  open(sealed: Uint8Array, binding: CiphertextBinding): string {
    const bytes = view(sealed);
    const id = keyIdOf(bytes);
    if (id === null) throw new CipherError("malformed");
    const key = this.#keys.get(id);
    if (key === undefined) throw new CipherError("unknown key");
    const head = 2 + id.length;
    const nonce = bytes.subarray(head, head + NONCE_BYTES);
    const tag = bytes.subarray(head + NONCE_BYTES, head + NONCE_BYTES + TAG_BYTES);
    const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(additionalData(binding));
    decipher.setAuthTag(tag);
    try {
      const body = bytes.subarray(head + NONCE_BYTES + TAG_BYTES);
      return Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8");
    } catch {
      throw new CipherError("not authentic");
    }
  }
}

/** The id of the key that a ciphertext says it is under; null when it cannot be a ciphertext. */
export function keyIdOf(sealed: Uint8Array): string | null {
  const bytes = view(sealed);
  const head = 2 + (bytes[1] ?? 0);
  if (bytes[0] !== VERSION || bytes.length < head + NONCE_BYTES + TAG_BYTES) return null;
  const id = bytes.toString("latin1", 2, head);
  return KEY_ID.test(id) ? id : null;
}

/** Stored data could not be decrypted. The message names no data. */
export class CipherError extends Error {
  readonly problem: "malformed" | "unknown key" | "not authentic";

  constructor(problem: CipherError["problem"]) {
    super(`stored ciphertext is ${problem === "unknown key" ? "under an unknown key" : problem}`);
    this.name = "CipherError";
    this.problem = problem;
  }
}

const KEY_ID = /^[A-Za-z0-9_-]{1,32}$/;

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Without a copy. */
function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** JSON of an array: no two different bindings have the same bytes. */
function additionalData({ table, row, column, merchantId }: CiphertextBinding): Buffer {
  return Buffer.from(JSON.stringify([table, row, column, merchantId]), "utf8");
}
