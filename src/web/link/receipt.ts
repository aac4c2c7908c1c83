import type { FastifyReply, FastifyRequest } from "fastify";

const NAME = "receipt";
/** Longer than any bank takes. */
const MAX_AGE_S = 90 * 24 * 60 * 60;
/** A receipt is 43 characters. */
const VALUE = /^[A-Za-z0-9_-]{1,64}$/;
/** Stands there before a claim, to see whether the browser keeps cookies at all. */
const NONE = "0";

/** The receipt that the browser has for this link, "" for none; null for a browser without any cookie of ours. */
export function readReceipt({ headers }: Pick<FastifyRequest, "headers">): string | null {
  for (const part of (headers.cookie ?? "").split(";")) {
    const [name = "", value = ""] = part.trim().split("=", 2);
    if (name === NAME && VALUE.test(value)) return value === NONE ? "" : value;
  }
  return null;
}

/** For this link's address alone, and for no script. */
export function writeReceipt(
  reply: FastifyReply,
  { publicUrl, token }: { readonly publicUrl: string; readonly token: string },
  receipt: string | null,
): void {
  const { pathname, protocol } = new URL(publicUrl);
  const path = `${pathname.replace(/\/$/, "")}/l/${token}`;
  const parts = [
    `${NAME}=${receipt ?? NONE}`,
    `Path=${path}`,
    `Max-Age=${MAX_AGE_S}`,
    "HttpOnly",
    "SameSite=Lax",
    ...(protocol === "https:" ? ["Secure"] : []),
  ];
  reply.header("set-cookie", parts.join("; "));
}
