import { createHmac } from "node:crypto";

/** The header `Stripe-Signature`: one time in seconds, and a v1 for every secret that is in use. */
export function stripeSignature(raw: Buffer, secrets: readonly string[], nowMs: number): string {
  const time = Math.floor(nowMs / 1000);
  const signed = Buffer.concat([Buffer.from(`${time}.`), raw]);
  const hashes = secrets.map((secret) => createHmac("sha256", secret).update(signed).digest("hex"));
  return [`t=${time}`, ...hashes.map((hash) => `v1=${hash}`)].join(",");
}
