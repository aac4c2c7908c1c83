import type { LookupResult, OpenAccount, Outcome } from "../connector.ts";
import type { AccessTokens } from "../toolkit/access-tokens.ts";
import { notSent, outcomeUnknown } from "../toolkit/errors.ts";
import { exchange, type NoReply } from "../toolkit/exchange.ts";
import type { HttpClient, HttpRequest } from "../toolkit/http-client.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";
import { baseUrlOf } from "../toolkit/settings.ts";
import { type CallNotMade, type TurnedAway, turnedAway } from "../toolkit/turned-away.ts";
import type { DwollaTokenQuestion } from "./access-tokens.ts";
import { type DwollaSettings, readSettings } from "./account-fields.ts";
import { type Collection, idIn } from "./references.ts";
import { type DwollaWords, readWords, refusal } from "./refusals.ts";

const HAL = "application/vnd.dwolla.v1.hal+json";

/** The way to Dwolla with one merchant's account. Holds secrets: never log it. */
export interface DwollaApi {
  readonly client: HttpClient;
  readonly tokens: AccessTokens<DwollaTokenQuestion>;
  /** Milliseconds. */
  readonly now: () => number;
  readonly account: OpenAccount;
  readonly settings: DwollaSettings;
  /** Without a slash at the end. */
  readonly baseUrl: string;
}

/** Undefined when the account's settings cannot be used. */
export function openApi(
  tools: Pick<DwollaApi, "client" | "tokens" | "now">,
  account: OpenAccount,
): DwollaApi | undefined {
  const settings = readSettings(account);
  const baseUrl = baseUrlOf(account);
  return settings && URL.canParse(baseUrl) ? { ...tools, account, settings, baseUrl } : undefined;
}

/** The address by which Dwolla knows a resource. */
export function hrefOf({ baseUrl }: DwollaApi, collection: Collection, id: string): string {
  return `${baseUrl}/${collection}/${id}`;
}

export interface DwollaCall {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: object;
  /** What the document wants: HAL where something of a customer is made, plain JSON elsewhere. */
  readonly type?: "HAL" | "JSON";
  /** The pair of key and body counts: a repeat must send the same bytes. */
  readonly key?: string;
  /** What must not come back in an error: the account's or the person's data. */
  readonly personal?: readonly string[];
  readonly signal: AbortSignal;
}

/** A reply, whatever its status. */
export interface Answer {
  readonly kind: "answer";
  readonly status: number;
  readonly json: JsonReply;
  readonly body: string;
  /** The address of what was made: it comes in a header, and the body is empty. */
  readonly location: string | undefined;
  readonly words: DwollaWords;
  /** Present when the call was turned away at the door. */
  readonly turnedAway: TurnedAway | undefined;
}

/** Makes one call, under a token. One that was kept and has ended is renewed: it had let nothing through. */
export async function send(
  api: DwollaApi,
  call: DwollaCall,
): Promise<Answer | NoReply | CallNotMade> {
  const { account, tokens } = api;
  const question = { ...api, signal: call.signal };
  const token = await tokens.get(question);
  if (token.kind !== "token") return token;
  const answer = await sendWith(api, call, token.text);
  if (answer.kind !== "answer" || answer.status !== 401) return answer;
  tokens.forget(account, token.text);
  if (!token.wasKept) return answer;
  const renewed = await tokens.get(question);
  return renewed.kind === "token" ? sendWith(api, call, renewed.text) : renewed;
}

async function sendWith(
  { client, baseUrl, settings, now }: DwollaApi,
  { method, path, body, type = "JSON", key, personal = [], signal }: DwollaCall,
  token: string,
): Promise<Answer | NoReply> {
  const request: HttpRequest = {
    method,
    url: new URL(baseUrl + path),
    headers: {
      authorization: `Bearer ${token}`,
      accept: HAL,
      ...(body !== undefined && { "content-type": type === "HAL" ? HAL : "application/json" }),
      ...(key !== undefined && { "idempotency-key": key }),
    },
    body: body && JSON.stringify(body),
    signal,
  };
  const replied = await exchange(client, request);
  if (replied.kind !== "replied") return replied;
  const { reply, json } = replied;
  const words = readWords(replied, [token, settings.clientSecret, ...personal]);
  return {
    kind: "answer",
    status: reply.status,
    json,
    body: reply.body,
    location: reply.headers["location"],
    words,
    turnedAway: turnedAway(reply, words, now()),
  };
}

/** Answers that mean that the request was read and is not carried out. */
const DEFINITE_NO: ReadonlySet<number> = new Set([400, 404, 405, 410, 413, 415, 422]);

/**
 * A reply that is no success, as the outcome of a call that does something. 409 says that the first call
 * of the key is still running, or that nobody knows what became of it: Dwolla keeps such a key locked for
 * a day.
 */
export function outcomeOf(
  answer: Answer | NoReply | CallNotMade,
): Exclude<Outcome<never>, { kind: "accepted" }> | undefined {
  if (answer.kind !== "answer") return answer;
  const { status, words } = answer;
  if (isSuccess(answer)) return undefined;
  if (answer.turnedAway !== undefined) return answer.turnedAway;
  if (DEFINITE_NO.has(status) && words.code !== undefined) {
    return { kind: "rejected", error: refusal(words) };
  }
  return { kind: "unknown", error: outcomeUnknown(words) };
}

function isSuccess({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

/** A call that makes something: its id, or how it ended otherwise. */
export async function make(
  api: DwollaApi,
  call: Omit<DwollaCall, "method"> & { readonly collection: Collection },
): Promise<Outcome<string>> {
  const answer = await send(api, { ...call, method: "POST" });
  return madeBy(answer, call.collection);
}

export function madeBy(
  answer: Answer | NoReply | CallNotMade,
  collection: Collection,
): Outcome<string> {
  const failed = outcomeOf(answer);
  if (failed !== undefined) return failed;
  const id = answer.kind === "answer" ? idIn(answer.location, collection) : undefined;
  return id === undefined
    ? { kind: "unknown", error: outcomeUnknown() }
    : { kind: "accepted", value: id };
}

export type Unreachable = Extract<LookupResult<never>, { kind: "unreachable" }>;

/** A call that only asks. What cannot be read says nothing; `not_found` only when it is Dwolla that says so. */
export async function ask<T>(
  api: DwollaApi,
  path: string,
  signal: AbortSignal,
  read: (json: JsonReply) => T | undefined,
): Promise<LookupResult<T>> {
  const answer = await send(api, { method: "GET", path, signal });
  if (answer.kind !== "answer") return { ...answer, kind: "unreachable" };
  const { status, json, words } = answer;
  if (answer.turnedAway !== undefined) return { ...answer.turnedAway, kind: "unreachable" };
  if (status === 404 && words.code?.toLowerCase() === "notfound") return { kind: "not_found" };
  const value = isSuccess(answer) ? read(json) : undefined;
  return value === undefined ? unreadable(words) : { kind: "found", value };
}

/**
 * A call that lists.
 *
 * @param name of the list in the reply: a reply without it is no empty list
 */
export function askForList(
  api: DwollaApi,
  path: string,
  signal: AbortSignal,
  name: Collection,
): Promise<LookupResult<readonly JsonReply[]>> {
  return ask(api, path, signal, (json) =>
    json.isList("_embedded", name) ? json.list("_embedded", name) : undefined,
  );
}

export function unreadable(words?: DwollaWords): Unreachable {
  return { kind: "unreachable", error: outcomeUnknown(words) };
}

/** A step whose first question was not answered has done nothing. */
export function notSentFor({
  error,
  later,
}: Unreachable): Extract<Outcome<never>, { kind: "not_sent" }> {
  return {
    kind: "not_sent",
    error: error.category === "OUTCOME_UNKNOWN" ? notSent() : error,
    ...(later && { later }),
  };
}
