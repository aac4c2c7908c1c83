import { createSign, createVerify, generateKeyPairSync, type KeyObject } from "node:crypto";
import { crc32 } from "node:zlib";

/** What a delivery says of itself in its headers. */
export interface Transmission {
  readonly id: string;
  /** RFC 3339. */
  readonly time: string;
  readonly webhookId: string;
}

let keys: { publicKey: KeyObject; privateKey: KeyObject } | undefined;

/** Made once a process: it takes longer than most tests. */
function keyPair() {
  keys ??= generateKeyPairSync("rsa", { modulusLength: 2048 });
  return keys;
}

/** PayPal signs `id|time|webhook id|CRC32 of the raw body` with RSA and SHA-256, in base64. */
export function signTransmission(transmission: Transmission, raw: Buffer): string {
  const signer = createSign("RSA-SHA256").update(message(transmission, raw));
  return signer.sign(keyPair().privateKey, "base64");
}

export function verifyTransmission(
  transmission: Transmission,
  raw: Buffer,
  signature: string,
): boolean {
  const verifier = createVerify("RSA-SHA256").update(message(transmission, raw));
  return verifier.verify(keyPair().publicKey, signature, "base64");
}

function message({ id, time, webhookId }: Transmission, raw: Buffer): string {
  return `${id}|${time}|${webhookId}|${crc32(raw)}`;
}
