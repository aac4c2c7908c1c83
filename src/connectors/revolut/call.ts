import type { PayoutError } from "../../domain/payout.ts";
import type { LookupResult, OpenAccount, Outcome } from "../connector.ts";
import type { AccessTokens } from "../toolkit/access-tokens.ts";
import { outcomeUnknown } from "../toolkit/errors.ts";
import { exchange, type Replied } from "../toolkit/exchange.ts";
import type { HttpClient } from "../toolkit/http-client.ts";
import { baseUrlOf } from "../toolkit/settings.ts";
import { turnedAway } from "../toolkit/turned-away.ts";
import type { RevolutTokenQuestion } from "./access-tokens.ts";
import { readWords, refusedBy } from "./refusal.ts";
import { type RevolutSettings, readSettings } from "./settings.ts";

/** What every account's calls go through. */
export interface RevolutTools {
  readonly http: HttpClient;
  readonly tokens: AccessTokens<RevolutTokenQuestion>;
  /** Milliseconds. */
  readonly now: () => number;
}

/** The way to Revolut with one merchant's account. Holds secrets: never log it. */
export interface RevolutApi extends RevolutTools {
  readonly account: OpenAccount;
  readonly settings: RevolutSettings;
}

/** Undefined when the account's settings cannot be used. */
export function openApi(tools: RevolutTools, account: OpenAccount): RevolutApi | undefined {
  const settings = readSettings(account);
  return settings && { ...tools, account, settings };
}

export interface RevolutCall {
  readonly method: "GET" | "POST";
  /** After "/api/1.0", with ids encoded. */
  readonly path: string;
  readonly body?: object;
  /** Of what is sent: values that no error may repeat. */
  readonly secrets?: readonly string[];
  readonly signal: AbortSignal;
}

/** A call that was not made, or whose answer did not come. */
type Unanswered = Extract<Outcome<never>, { kind: "not_sent" | "unknown" }>;

/** An answer, and the values that nothing made of it may repeat. */
export type Answer = Replied & { readonly secrets: readonly string[] };

/** Makes one call, with a token that is asked for first where there is none. */
export async function send(api: RevolutApi, call: RevolutCall): Promise<Answer | Unanswered> {
  const { account, settings, http, tokens } = api;
  const { method, path, body, signal } = call;
  const access = await tokens.get({ account, settings, signal });
  if (access.kind !== "token") return access;
  const answer = await exchange(http, {
    method,
    url: new URL(`${baseUrlOf(account)}/api/1.0${path}`),
    headers: {
      authorization: `Bearer ${access.text}`,
      accept: "application/json",
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal,
  });
  if (answer.kind !== "replied") return answer;
  if (answer.reply.status === 401) tokens.forget(account, access.text);
  const { refreshToken } = settings;
  return { ...answer, secrets: [access.text, refreshToken, ...(call.secrets ?? [])] };
}

/** Answers that mean that the request was read and is not carried out. */
const DEFINITE_NO: ReadonlySet<number> = new Set([400, 404, 405, 413, 415, 422]);

/** A reply that is no success, as the outcome of a call that does something; undefined for a success. */
export function failureOf(
  { now }: RevolutApi,
  answer: Answer,
): Exclude<Outcome<never>, { kind: "accepted" }> | undefined {
  const { reply, secrets } = answer;
  const { status } = reply;
  if (status >= 200 && status < 300) return undefined;
  const words = readWords(answer, secrets);
  const closed = turnedAway(reply, words, now());
  if (closed !== undefined) return closed;
  return DEFINITE_NO.has(status) && speaks(answer)
    ? { kind: "rejected", error: refusedBy(words) }
    : { kind: "unknown", error: outcomeUnknown(words) };
}

/** A call that does something. What `read` cannot read in a success may well have happened. */
export async function act<T>(
  api: RevolutApi,
  call: RevolutCall,
  read: (answer: Answer) => T | undefined,
): Promise<Outcome<T>> {
  const answer = await send(api, call);
  return answer.kind === "replied" ? toOutcome(api, answer, read) : answer;
}

/** How a call that does something ended, by its answer. */
export function toOutcome<T>(
  api: RevolutApi,
  answer: Answer,
  read: (answer: Answer) => T | undefined,
): Outcome<T> {
  const failed = failureOf(api, answer);
  if (failed !== undefined) return failed;
  const value = read(answer);
  return value === undefined
    ? { kind: "unknown", error: outcomeUnknown() }
    : { kind: "accepted", value };
}

/** A call that only asks. */
export async function ask<T>(
  api: RevolutApi,
  path: string,
  signal: AbortSignal,
  read: (answer: Answer) => T | undefined,
): Promise<LookupResult<T>> {
  const answer = await send(api, { method: "GET", path, signal });
  if (answer.kind !== "replied") return { ...answer, kind: "unreachable" };
  if (answer.reply.status === 404 && speaks(answer)) return { kind: "not_found" };
  const failed = failureOf(api, answer);
  if (failed?.kind === "not_sent") return { ...failed, kind: "unreachable" };
  const value = failed === undefined ? read(answer) : undefined;
  return value === undefined
    ? unreachable(outcomeUnknown(readWords(answer, answer.secrets)))
    : { kind: "found", value };
}

export function unreachable(error: PayoutError) {
  return { kind: "unreachable", error } as const;
}

/** Whether it is Revolut that speaks, and not something in between. */
function speaks({ json }: Answer): boolean {
  return (json.text("code") ?? json.text("message")) !== undefined;
}
