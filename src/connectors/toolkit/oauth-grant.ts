import type { Grant } from "./access-tokens.ts";
import { notSent, type ProcessorWords } from "./errors.ts";
import { exchange, type Replied } from "./exchange.ts";
import type { HttpClient } from "./http-client.ts";
import { VISIBLE } from "./keys.ts";
import { type CallNotMade, turnedAway } from "./turned-away.ts";

/** What fits into a header with some room left (characters). */
const MAX_TOKEN = 8192;

export interface GrantRequest {
  readonly url: URL;
  /** HTTP Basic, for a client that says who it is in a header. */
  readonly basic?: { readonly clientId: string; readonly clientSecret: string };
  readonly form: Readonly<Record<string, string>>;
  /** What is said of a refusal, without the secrets: many quote what was sent. */
  readonly words: (replied: Replied) => ProcessorWords;
  /** Where the reply does not say how long the token lives (milliseconds). */
  readonly lifeMs?: number;
  /** Milliseconds. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** Asks an OAuth 2 token endpoint. Whatever comes of it, the call that the token is for was not made. */
export async function requestGrant(
  http: HttpClient,
  { url, basic, form, words, lifeMs = 0, now, signal }: GrantRequest,
): Promise<Grant | CallNotMade> {
  const replied = await exchange(http, {
    method: "POST",
    url,
    headers: {
      ...(basic && { authorization: `Basic ${basicText(basic.clientId, basic.clientSecret)}` }),
      accept: "application/json",
      "content-type": "application/x-www-form-urlencoded",
    },
    body: new URLSearchParams(form).toString(),
    signal,
  });
  if (replied.kind !== "replied") return { kind: "not_sent", error: notSent() };
  const { reply, json } = replied;
  const token = json.text("access_token") ?? "";
  if (reply.status === 200 && token.length <= MAX_TOKEN && VISIBLE.test(token)) {
    const lifeS = json.whole("expires_in");
    return { kind: "granted", token, lifeMs: lifeS === undefined ? lifeMs : lifeS * 1000 };
  }
  // A client that is not known, or a grant that has ended, is told of with 400 too (RFC 6749, 5.2).
  const status = reply.status === 400 ? 401 : reply.status;
  return (
    turnedAway({ ...reply, status }, words(replied), now()) ?? {
      kind: "not_sent",
      error: notSent(),
    }
  );
}

/** The credentials as HTTP Basic writes them: as secret as the secret is. */
export function basicText(clientId: string, clientSecret: string): string {
  return Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
}
