import type { PayoutError } from "../../domain/payout.ts";
import type { Later, LookupResult, OpenAccount, Outcome } from "../connector.ts";
import type { AccessTokens } from "../toolkit/access-tokens.ts";
import { outcomeUnknown, type ProcessorWords } from "../toolkit/errors.ts";
import { exchange } from "../toolkit/exchange.ts";
import type { HttpClient } from "../toolkit/http-client.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";
import { turnedAway } from "../toolkit/turned-away.ts";
import { credentialsOf } from "./account-fields.ts";
import { endpoint } from "./endpoint.ts";
import { configuration, refusal } from "./refusals.ts";
import { wordsOf } from "./words.ts";

/** Makes something of a reply; undefined where it cannot be read. */
export type Read<T> = (json: JsonReply) => T | undefined;

export interface Call {
  readonly account: OpenAccount;
  /** From "/v1" on, with ids that have been checked. */
  readonly path: string;
  /** JSON, as it is sent; absent for a call that only asks. */
  readonly body?: string;
  /** What no message may repeat. */
  readonly hidden?: readonly string[];
  readonly signal: AbortSignal;
}

/** A call that was answered with something else than what was asked for. */
export type Unanswered =
  | { readonly kind: "not_sent"; readonly error: PayoutError; readonly later?: Later }
  | { readonly kind: "unknown"; readonly error: PayoutError }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** A definite answer other than success, in PayPal's own words. */
export interface Refusal {
  readonly status: number;
  readonly name: string;
  readonly words: ProcessorWords;
  readonly json: JsonReply;
}

export type Answered<T> = { readonly kind: "read"; readonly value: T } | Unanswered;

/** Answers that mean that the request was read and is not carried out, where it is PayPal that gives them. */
const DEFINITE_NO: ReadonlySet<number> = new Set([400, 404, 405, 413, 415, 422]);

/** Names that leave open what becomes, or has become, of the request. */
const OPEN: ReadonlySet<string> = new Set([
  "INTERNAL_ERROR",
  "PREVIOUS_REQUEST_IN_PROGRESS",
  "REQUEST_TIMEOUT_EXCEEDED",
  "UNDEFINED",
]);

/** Calls to PayPal, and what their ends mean. */
export class PayPalApi {
  readonly tokens: AccessTokens;
  readonly #http: HttpClient;
  readonly #now: () => number;

  constructor(http: HttpClient, tokens: AccessTokens, now: () => number) {
    this.#http = http;
    this.tokens = tokens;
    this.#now = now;
  }

  async call<T>(method: "GET" | "POST", call: Call, read: Read<T>): Promise<Answered<T>> {
    const { account, path, body, hidden = [], signal } = call;
    const access = await this.tokens.get({ account, signal });
    if (access.kind !== "token") return access;
    const replied = await exchange(this.#http, {
      method,
      url: endpoint(account, path),
      headers: {
        authorization: `Bearer ${access.text}`,
        accept: "application/json",
        ...(method === "POST" && { "content-type": "application/json" }),
      },
      body,
      signal,
    });
    if (replied.kind !== "replied") return replied;
    const { reply, json } = replied;
    const { status, headers } = reply;
    const secrets = [access.text, credentialsOf(account)?.clientSecret, ...hidden];
    const words = wordsOf(json, secrets, headers["paypal-debug-id"]);
    if (status >= 200 && status < 300) {
      const value = read(json);
      return value === undefined
        ? { kind: "unknown", error: outcomeUnknown(words) }
        : { kind: "read", value };
    }
    // The token may have been revoked: the next call asks for another one.
    if (status === 401) this.tokens.forget(account, access.text);
    const closed = turnedAway(reply, words, this.#now(), configuration);
    if (closed !== undefined) return closed;
    const name = words.code;
    return DEFINITE_NO.has(status) && name !== undefined && !OPEN.has(name)
      ? { kind: "refused", refusal: { status, name, words, json } }
      : { kind: "unknown", error: outcomeUnknown(words) };
  }
}

/** How a call that does something ended. */
export function toOutcome<T>(answered: Answered<T>): Outcome<T> {
  switch (answered.kind) {
    case "read":
      return { kind: "accepted", value: answered.value };
    case "refused": {
      const { words, json } = answered.refusal;
      return { kind: "rejected", error: refusal(words, json.text("details", 0, "field")) };
    }
    default:
      return answered;
  }
}

/** How a call that only asks ended. `not_found` only when it is PayPal itself that says so. */
export function toLookup<T>(answered: Answered<T>): LookupResult<T> {
  switch (answered.kind) {
    case "read":
      return { kind: "found", value: answered.value };
    case "refused": {
      const { status, words } = answered.refusal;
      return status === 404
        ? { kind: "not_found" }
        : { kind: "unreachable", error: outcomeUnknown(words) };
    }
    default:
      return { ...answered, kind: "unreachable" };
  }
}
