import type { PayoutError } from "../../domain/payout.ts";
import type { ConnectorTools, Later, LookupResult, OpenAccount, Outcome } from "../connector.ts";
import { outcomeUnknown, unusableKey } from "../toolkit/errors.ts";
import { exchange, type NoReply } from "../toolkit/exchange.ts";
import type { HttpReply } from "../toolkit/http-client.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";
import { laterOf } from "../toolkit/retry-after.ts";
import { settingOf } from "./account-fields.ts";
import { encodeForm, type Form, personalValues } from "./form.ts";
import { STRIPE_MANIFEST } from "./manifest.ts";
import { configuration, rateLimited, refusal } from "./refusals.ts";
import { readWords, type StripeWords } from "./words.ts";

/** The version that replies are read as, whatever the account's own is. */
const API_VERSION = "2023-08-16";

/** Answers that mean that the request was read and will not be carried out. */
const DEFINITE_NO: ReadonlySet<number> = new Set([400, 402, 404, 405, 413, 415, 422]);

/** Types of errors that say no. An idempotency_error leaves open what the key has served for. */
const SAYS_NO: ReadonlySet<string> = new Set(["invalid_request_error", "card_error"]);

/** Makes something of a reply; undefined where it cannot be read. */
export type Read<T> = (json: JsonReply) => T | undefined;

interface Call {
  readonly account: OpenAccount;
  /** From "/v1" on, with ids encoded. */
  readonly path: string;
  /** The connected account in whose name it is called. */
  readonly onBehalfOf?: string | undefined;
  readonly signal: AbortSignal;
}

export interface Post extends Call {
  readonly form: Form;
  readonly key: string;
}

interface Answer {
  readonly kind: "answer";
  readonly status: number;
  readonly json: JsonReply;
  readonly words: StripeWords;
  readonly retryAfter: string | undefined;
}

/** Turned away at the door: the call did nothing, and why may be mended. */
interface Closed {
  readonly error: PayoutError;
  readonly later: Later;
}

/** How a question ended; `later` where Stripe wants to be asked again. */
export type Asked<T> =
  | Exclude<LookupResult<T>, { readonly kind: "unreachable" }>
  | { readonly kind: "unreachable"; readonly error: PayoutError; readonly later?: Later };

/** What calls are made with. */
export type StripeTools = Pick<ConnectorTools, "http" | "clock">;

/** Calls to Stripe, and what their ends mean. */
export class StripeApi {
  readonly #tools: StripeTools;

  constructor(tools: StripeTools) {
    this.#tools = tools;
  }

  /** Makes a call that does something, under its key. */
  async post<T>(post: Post, read: Read<T>): Promise<Outcome<T>> {
    // Never cut to fit: another call could share what is left of it.
    if (!isUsableKey(post.key)) return { kind: "rejected", error: unusableKey() };
    const answer = await this.#send("POST", post, post);
    if (answer.kind !== "answer") return answer;
    const { status, json, words } = answer;
    if (status === 200 || status === 201) {
      const value = read(json);
      return value === undefined
        ? { kind: "unknown", error: outcomeUnknown(words) }
        : { kind: "accepted", value };
    }
    // Not "rejected": a repeat that is turned away says nothing of the call before it, and with another
    // key the payout can go on.
    const closed = this.#closed(answer);
    if (closed !== undefined) return { kind: "not_sent", ...closed };
    if (DEFINITE_NO.has(status) && SAYS_NO.has(words.type ?? "")) {
      return { kind: "rejected", error: refusal(words) };
    }
    return { kind: "unknown", error: outcomeUnknown(words) };
  }

  /** Asks. `not_found` only when it is Stripe itself that says so. */
  async get<T>(call: Call, read: Read<T>): Promise<Asked<T>> {
    const answer = await this.#send("GET", call);
    if (answer.kind !== "answer") return { kind: "unreachable", error: answer.error };
    const { status, json, words } = answer;
    const value = status === 200 ? read(json) : undefined;
    if (value !== undefined) return { kind: "found", value };
    if (status === 404 && words.code === "resource_missing") return { kind: "not_found" };
    const closed = this.#closed(answer);
    return { kind: "unreachable", ...(closed ?? { error: outcomeUnknown(words) }) };
  }

  #closed({ status, words, retryAfter }: Answer): Closed | undefined {
    if (status === 401 || status === 403) return { error: configuration(words), later: {} };
    if (status !== 429) return undefined;
    return { error: rateLimited(words), later: laterOf(retryAfter, this.#tools.clock.now()) };
  }

  async #send(
    method: "GET" | "POST",
    { account, path, onBehalfOf, signal }: Call,
    post?: Post,
  ): Promise<Answer | NoReply> {
    const secretKey = settingOf(account, "secret_key") ?? "";
    if (!isHeaderValue(secretKey)) {
      return { kind: "not_sent", error: configuration(NO_WORDS) };
    }
    const replied = await exchange(this.#tools.http, {
      method,
      url: new URL(account.baseUrl.replace(/\/+$/, "") + path),
      headers: {
        authorization: `Bearer ${secretKey}`,
        "stripe-version": API_VERSION,
        ...(onBehalfOf !== undefined && { "stripe-account": onBehalfOf }),
        ...(post && {
          "content-type": "application/x-www-form-urlencoded",
          "idempotency-key": post.key,
        }),
      },
      body: post && encodeForm(post.form),
      signal,
    });
    if (replied.kind !== "replied") return replied;
    return toAnswer(replied, [secretKey, ...(post ? personalValues(post.form) : [])]);
  }
}

function toAnswer(
  { reply, json }: { readonly reply: HttpReply; readonly json: JsonReply },
  secrets: readonly string[],
): Answer {
  const words = readWords(reply, json, secrets);
  const retryAfter = reply.headers["retry-after"];
  return { kind: "answer", status: reply.status, json, words, retryAfter };
}

/** Whether Stripe takes the key as it is. */
export function isUsableKey(key: string): boolean {
  return key.length <= STRIPE_MANIFEST.idempotency.maxKeyLength && isHeaderValue(key);
}

function isHeaderValue(text: string): boolean {
  return /^[!-~]+$/.test(text);
}

const NO_WORDS: StripeWords = {
  type: undefined,
  code: undefined,
  message: undefined,
  requestId: undefined,
};
