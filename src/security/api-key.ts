import type { KeyedHash } from "./keyed-hash.ts";

/** A fresh key: 256 random bits behind a prefix that says whether it moves real money. */
export function generateApiKey(livemode: boolean, random: (size: number) => Uint8Array): string {
  return `${livemode ? "sk_live_" : "sk_test_"}${Buffer.from(random(32)).toString("base64url")}`;
}

/** Whether text can be an API key, and of which kind. */
export function parseApiKey(text: string): { readonly livemode: boolean } | undefined {
  const match = /^sk_(test|live)_[A-Za-z0-9_-]{24,248}$/.exec(text);
  return match === null ? undefined : { livemode: match[1] === "live" };
}

/** What is stored of a key. Equality of hashes is looked up by index: a keyed hash tells no timing. */
export function hashApiKey(key: string, hash: KeyedHash): string {
  return hash.text("api-key", key);
}
