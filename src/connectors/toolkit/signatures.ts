import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/**
 * Whether one of the signatures is the HMAC-SHA256 of the bytes under one of the secrets. Every pair is
 * compared, whichever is right, and in a time that does not tell how much of it is.
 */
export function isHmacSigned(
  bytes: Uint8Array,
  secrets: readonly (string | Uint8Array)[],
  signatures: readonly Uint8Array[],
): boolean {
  let isGood = false;
  for (const secret of secrets) {
    const expected = createHmac("sha256", secret).update(bytes).digest();
    for (const signature of signatures) {
      if (signature.length === expected.length && timingSafeEqual(expected, signature)) {
        isGood = true;
      }
    }
  }
  return isGood;
}

/** Whether a text is one of the good ones, in a time that does not tell which, nor how much of it is. */
export function isOneOf(given: string, good: readonly string[]): boolean {
  const hash = (text: string) => createHash("sha256").update(text).digest();
  const digest = hash(given);
  let isGood = false;
  for (const each of good) {
    if (timingSafeEqual(digest, hash(each))) isGood = true;
  }
  return isGood;
}
