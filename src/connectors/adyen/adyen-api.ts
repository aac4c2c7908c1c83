import type { LookupResult, OpenAccount, Outcome } from "../connector.ts";
import { notSent, outcomeUnknown, unusableKey } from "../toolkit/errors.ts";
import { exchange, type NoReply, type Replied } from "../toolkit/exchange.ts";
import type { HttpClient, HttpReply } from "../toolkit/http-client.ts";
import { JsonReply } from "../toolkit/json-reply.ts";
import { fitsKey } from "../toolkit/keys.ts";
import { turnedAway } from "../toolkit/turned-away.ts";
import { type AdyenSettings, readSettings, settlesWhenBooked } from "./account-fields.ts";
import { type Apis, apisAt } from "./hosts.ts";
import { ADYEN_MANIFEST } from "./manifest.ts";
import { refusedBy } from "./refusals.ts";
import { type AdyenWords, personalTexts, readWords } from "./words.ts";

/** What the connector is made with. */
export interface AdyenTools {
  readonly client: HttpClient;
  /** Milliseconds. */
  readonly now: () => number;
}

/** The way to Adyen with one merchant's account. Holds its keys: never log it. */
export interface AdyenApi extends AdyenTools, AdyenSettings {
  readonly apis: Apis;
  readonly settlesWhenBooked: boolean;
}

/** Undefined when the account's settings cannot be used. */
export function openApi(tools: AdyenTools, account: OpenAccount): AdyenApi | undefined {
  const settings = readSettings(account);
  return (
    settings && {
      ...tools,
      ...settings,
      apis: apisAt(account.baseUrl),
      settlesWhenBooked: settlesWhenBooked(account),
    }
  );
}

interface Call {
  readonly at: keyof Apis;
  readonly path: string;
  readonly signal: AbortSignal;
}

export interface Post extends Call {
  readonly body: object;
  /** Absent for what only asks. */
  readonly key?: string;
  /** The parts of the body that must not turn up in what the processor says of it. */
  readonly personal?: unknown;
}

/** Undefined for what cannot be read. */
type Read<T> = (json: JsonReply, reply: HttpReply) => T | undefined;

/** A call that does something. What `read` cannot read in a success may well have happened. */
export async function post<T>(api: AdyenApi, call: Post, read: Read<T>): Promise<Outcome<T>> {
  const answer = await sendUnder(api, call);
  const failed = outcomeOf(api, answer, call.personal);
  if (failed !== undefined) return failed;
  const value = answer.kind === "replied" ? read(answer.json, answer.reply) : undefined;
  return value === undefined
    ? { kind: "unknown", error: outcomeUnknown() }
    : { kind: "accepted", value };
}

/** As `post`, for a call that is answered without a word: `{}`, or nothing at all. */
export async function command(api: AdyenApi, call: Post): Promise<Outcome<true>> {
  const answer = await sendUnder(api, call);
  const failed = outcomeOf(api, answer);
  if (failed !== undefined) return failed;
  const body = answer.kind === "replied" ? answer.reply.body.trim() : "no reply";
  return body === "" || JsonReply.parse(body) !== undefined
    ? { kind: "accepted", value: true }
    : { kind: "unknown", error: outcomeUnknown() };
}

/** A call that only asks. Adyen answers 422, and seldom 404, for what does not exist. */
export async function get<T>(api: AdyenApi, call: Call, read: Read<T>): Promise<LookupResult<T>> {
  const answer = await send(api, call);
  if (answer.kind !== "replied") return { kind: "unreachable", error: answer.error };
  const { status } = answer.reply;
  const words = readWords(answer, secretsOf(api));
  const refused = turnedAway(answer.reply, words, api.now());
  if (refused !== undefined) return { ...refused, kind: "unreachable" };
  if (isDefiniteNo(answer, words)) return { kind: "not_found" };
  const value = status >= 200 && status < 300 ? read(answer.json, answer.reply) : undefined;
  return value === undefined
    ? { kind: "unreachable", error: outcomeUnknown(words) }
    : { kind: "found", value };
}

/** What could not be asked before something was done: so it was not done. */
export function notDone({ error, later }: Extract<LookupResult<never>, { kind: "unreachable" }>) {
  return later === undefined
    ? ({ kind: "not_sent", error: notSent() } as const)
    : ({ kind: "not_sent", error, later } as const);
}

/** A key that Adyen would not take is refused before anything is sent, and never cut to fit. */
async function sendUnder(api: AdyenApi, call: Post): Promise<Replied | NoReply | Unusable> {
  const isUsable = call.key === undefined || fitsKey(call.key, ADYEN_MANIFEST);
  return isUsable ? send(api, call, call) : UNUSABLE;
}

type Unusable = Extract<Outcome<never>, { kind: "rejected" }>;
const UNUSABLE: Unusable = { kind: "rejected", error: unusableKey() };

async function send(
  api: AdyenApi,
  { at, path, signal }: Call,
  posted?: Pick<Post, "body" | "key">,
): Promise<Replied | NoReply> {
  return exchange(api.client, {
    method: posted === undefined ? "GET" : "POST",
    url: new URL(api.apis[at] + path),
    headers: {
      "x-api-key": at === "legalEntities" ? api.legalEntityApiKey : api.apiKey,
      accept: "application/json",
      ...(posted && { "content-type": "application/json" }),
      ...(posted?.key !== undefined && { "idempotency-key": posted.key }),
    },
    body: posted && JSON.stringify(posted.body),
    signal,
  });
}

/** A reply that is no success, as the outcome of a call that does something. */
function outcomeOf(
  api: AdyenApi,
  answer: Replied | NoReply | Unusable,
  personal?: unknown,
): Exclude<Outcome<never>, { kind: "accepted" }> | undefined {
  if (answer.kind !== "replied") return answer;
  const { status } = answer.reply;
  if (status >= 200 && status < 300) return undefined;
  const words = readWords(answer, secretsOf(api, personal));
  const refused = turnedAway(answer.reply, words, api.now());
  if (refused !== undefined) return refused;
  return isDefiniteNo(answer, words)
    ? { kind: "rejected", error: refusedBy(words) }
    : { kind: "unknown", error: outcomeUnknown(words) };
}

/** Answers that mean that the request was read and is not carried out. */
const DEFINITE_NO: ReadonlySet<number> = new Set([400, 404, 405, 410, 413, 415, 422]);
/** The first call of a key is still running, or has run and cannot be told of: documented as 422. */
const IN_PROGRESS = "704";

/** Only when it is Adyen itself that says no, and says it of this very request. */
function isDefiniteNo({ reply: { status, headers } }: Replied, { code }: AdyenWords): boolean {
  const isTransient = code === IN_PROGRESS || headers["transient-error"] === "true";
  return DEFINITE_NO.has(status) && code !== undefined && !isTransient;
}

function secretsOf({ apiKey, legalEntityApiKey }: AdyenApi, personal?: unknown): readonly string[] {
  return [apiKey, legalEntityApiKey, ...personalTexts(personal)];
}
