import { createCipheriv, createDecipheriv } from "node:crypto";
import type { PayoutLink } from "../../domain/link.ts";
import type { ServiceContext } from "../../service/service-context.ts";

/** What a recipient has typed, between the form and the last step. */
export type Draft = ReadonlyMap<string, string>;

/** Enough to find a bank statement (milliseconds). */
const MAX_AGE_MS = 60 * 60 * 1000;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

type Owner = Pick<PayoutLink, "linkId" | "tokenVersion">;

/**
 * A recipient's details for one hidden field, so that the review can be sent without any of them in the
 * page and without anything stored: AES-256-GCM under a key of the link's own. A new version of the
 * link cannot read it.
 */
export function sealDraft(
  { hash, clock, randomBytes }: Pick<ServiceContext, "hash" | "clock" | "randomBytes">,
  owner: Owner,
  draft: Draft,
): string {
  const nonce = Buffer.from(randomBytes(NONCE_BYTES));
  const cipher = createCipheriv("aes-256-gcm", keyOf(hash, owner), nonce);
  const text = JSON.stringify({ at: clock.now(), fields: [...draft] });
  const sealed = [nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat(sealed).toString("base64url");
}

/** Null for what is no draft of this link, or too old a one. */
export function openDraft(
  { hash, clock }: Pick<ServiceContext, "hash" | "clock">,
  owner: Owner,
  sealed: string,
): Draft | null {
  const bytes = Buffer.from(sealed, "base64url");
  if (bytes.length <= NONCE_BYTES + TAG_BYTES) return null;
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv("aes-256-gcm", keyOf(hash, owner), nonce, {
    authTagLength: TAG_BYTES,
  });
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  const body = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
  let text: string;
  try {
    text = Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8");
  } catch {
    return null;
  }
  const { at, fields } = JSON.parse(text) as { at: number; fields: [string, string][] };
  return clock.now() - at > MAX_AGE_MS ? null : new Map(fields);
}

function keyOf(hash: ServiceContext["hash"], { linkId, tokenVersion }: Owner): Buffer {
  return hash.bytes("link-draft", `${linkId}.${tokenVersion}`);
}
