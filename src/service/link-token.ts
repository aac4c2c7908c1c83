import { createHash } from "node:crypto";
import type { PayoutLink } from "../domain/link.ts";
import type { KeyedHash } from "../security/keyed-hash.ts";
import type { ServiceContext } from "./service-context.ts";

/**
 * The secret of a link: 256 bits, derived from the server's hash key, the link's id and its version.
 * So it need not be stored to be answered again, and a new version kills the old address.
 */
export function linkToken(
  hash: KeyedHash,
  { linkId, tokenVersion }: Pick<PayoutLink, "linkId" | "tokenVersion">,
): string {
  return hash.text("link-token", `${linkId}.${tokenVersion}`);
}

/** What is stored of a token. */
export function tokenHash(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** What is stored of a claim code; codes are short, so the hash is keyed and differs by link. */
export function claimCodeHash(hash: KeyedHash, linkId: string, claimCode: string): string {
  return hash.text("claim-code", `${linkId}.${claimCode}`);
}

/** The address to give to the recipient. */
export function linkUrl({ publicUrl, hash }: ServiceContext, link: PayoutLink): string {
  return `${publicUrl}/l/${linkToken(hash, link)}`;
}
