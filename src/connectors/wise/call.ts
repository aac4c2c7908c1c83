import type { PayoutError } from "../../domain/payout.ts";
import type { LookupResult, OpenAccount, Outcome } from "../connector.ts";
import { outcomeUnknown } from "../toolkit/errors.ts";
import { exchange, type NoReply, type Replied } from "../toolkit/exchange.ts";
import type { HttpClient, HttpRequest } from "../toolkit/http-client.ts";
import { baseUrlOf } from "../toolkit/settings.ts";
import { type TurnedAway, turnedAway } from "../toolkit/turned-away.ts";
import { readWords, refusedBy } from "./refusal.ts";
import { readSettings, type WiseSettings } from "./settings.ts";

/** The way to Wise with one merchant's account. Holds the token: never log it. */
export interface WiseApi extends WiseSettings {
  readonly client: HttpClient;
  readonly baseUrl: string;
  /** Milliseconds. */
  readonly now: () => number;
}

/** Undefined when the account's settings cannot be used. */
export function openApi(
  { client, now }: Pick<WiseApi, "client" | "now">,
  account: OpenAccount,
): WiseApi | undefined {
  const settings = readSettings(account);
  return settings && { ...settings, client, now, baseUrl: baseUrlOf(account) };
}

export interface WiseCall {
  readonly method: HttpRequest["method"];
  readonly path: string;
  readonly body?: object;
  readonly signal: AbortSignal;
}

/** Makes one call. */
export function send(
  { client, baseUrl, token }: WiseApi,
  { method, path, body, signal }: WiseCall,
): Promise<Replied | NoReply> {
  const headers = {
    authorization: `Bearer ${token}`,
    accept: "application/json",
    ...(body !== undefined && { "content-type": "application/json" }),
  };
  const text = body === undefined ? undefined : JSON.stringify(body);
  return exchange(client, { method, url: new URL(baseUrl + path), headers, body: text, signal });
}

/** Documented for every call: the keeper of the door stands in front of the API. */
function closedBy({ now, token }: WiseApi, answer: Replied): TurnedAway | undefined {
  return turnedAway(answer.reply, readWords(answer, token), now());
}

/** Answers that mean that the request was read and is not carried out. */
const DEFINITE_NO: ReadonlySet<number> = new Set([400, 404, 405, 410, 413, 415, 422]);

/** A reply that is no success, as the outcome of a call that does something. */
export function outcomeOf(
  api: WiseApi,
  answer: Replied | NoReply,
): Exclude<Outcome<never>, { kind: "accepted" }> | undefined {
  if (answer.kind !== "replied") return answer;
  const { status } = answer.reply;
  if (status >= 200 && status < 300) return undefined;
  const closed = closedBy(api, answer);
  if (closed !== undefined) return closed;
  const words = readWords(answer, api.token);
  if (DEFINITE_NO.has(status)) return { kind: "rejected", error: refusedBy(words) };
  return { kind: "unknown", error: outcomeUnknown(words) };
}

/** A call that does something. What `read` cannot read in a success may well have happened. */
export async function act<T>(
  api: WiseApi,
  call: WiseCall,
  read: (answer: Replied) => T | undefined,
): Promise<Outcome<T>> {
  const answer = await send(api, call);
  const failed = outcomeOf(api, answer);
  if (failed !== undefined) return failed;
  const value = answer.kind === "replied" ? read(answer) : undefined;
  return value === undefined
    ? { kind: "unknown", error: outcomeUnknown() }
    : { kind: "accepted", value };
}

/** A call that only asks. */
export async function ask<T>(
  api: WiseApi,
  path: string,
  signal: AbortSignal,
  read: (answer: Replied) => T | undefined,
): Promise<LookupResult<T>> {
  const answer = await send(api, { method: "GET", path, signal });
  if (answer.kind !== "replied") return unreachable(answer.error);
  const { status } = answer.reply;
  if (status === 404) return { kind: "not_found" };
  const closed = closedBy(api, answer);
  if (closed !== undefined) return { ...closed, kind: "unreachable" };
  const value = status >= 200 && status < 300 ? read(answer) : undefined;
  return value === undefined
    ? unreachable(outcomeUnknown(readWords(answer, api.token)))
    : { kind: "found", value };
}

export function unreachable(error: PayoutError) {
  return { kind: "unreachable", error } as const;
}
