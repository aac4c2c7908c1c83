import type { FastifyReply, FastifyRequest } from "fastify";
import { tokenHash } from "../../service/link-token.ts";

/** Longer than any bank takes. */
const MAX_AGE_S = 90 * 24 * 60 * 60;
/** A receipt is 43 characters. */
const VALUE = /^[A-Za-z0-9_-]{1,64}$/;
/** Stands there before a claim, to see whether the browser keeps cookies at all. */
const NONE = "0";

/** The receipt that the browser has for a link, "" for none yet; null where it has kept nothing. */
export function readReceipt(
  { headers }: Pick<FastifyRequest, "headers">,
  token: string,
): string | null {
  const wanted = nameOf(token);
  for (const part of (headers.cookie ?? "").split(";")) {
    const [name = "", value = ""] = part.trim().split("=", 2);
    if (name === wanted && VALUE.test(value)) return value === NONE ? "" : value;
  }
  return null;
}

/** For links' pages alone, and for no script. `receipt` is null before the claim. */
export function writeReceipt(
  reply: FastifyReply,
  { publicUrl, token }: { readonly publicUrl: string; readonly token: string },
  receipt: string | null,
): void {
  const { pathname, protocol } = new URL(publicUrl);
  const parts = [
    `${nameOf(token)}=${receipt ?? NONE}`,
    `Path=${pathname.replace(/\/$/, "")}/l/`,
    `Max-Age=${MAX_AGE_S}`,
    "HttpOnly",
    "SameSite=Lax",
    ...(protocol === "https:" ? ["Secure"] : []),
  ];
  reply.header("set-cookie", parts.join("; "));
}

/** Of each link another one; the token itself stands in no header. */
function nameOf(token: string): string {
  return `receipt_${tokenHash(token).slice(0, 16)}`;
}
