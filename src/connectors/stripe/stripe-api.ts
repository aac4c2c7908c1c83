import type { ConnectorTools, LookupResult, OpenAccount, Outcome } from "../connector.ts";
import { outcomeUnknown, unusableKey } from "../toolkit/errors.ts";
import { exchange, type NoReply } from "../toolkit/exchange.ts";
import type { HttpReply } from "../toolkit/http-client.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";
import { fitsKey, VISIBLE } from "../toolkit/keys.ts";
import { baseUrlOf, settingOf } from "../toolkit/settings.ts";
import { turnedAway } from "../toolkit/turned-away.ts";
import { encodeForm, type Form, personalValues } from "./form.ts";
import { STRIPE_MANIFEST } from "./manifest.ts";
import { configuration, refusal } from "./refusals.ts";
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
  readonly headers: HttpReply["headers"];
}

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
    if (!fitsKey(post.key, STRIPE_MANIFEST)) return { kind: "rejected", error: unusableKey() };
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
    const closed = turnedAway(answer, words, this.#tools.clock.now(), configuration);
    if (closed !== undefined) return closed;
    if (DEFINITE_NO.has(status) && SAYS_NO.has(words.type ?? "")) {
      return { kind: "rejected", error: refusal(words) };
    }
    return { kind: "unknown", error: outcomeUnknown(words) };
  }

  /** Asks. `not_found` only when it is Stripe itself that says so. */
  async get<T>(call: Call, read: Read<T>): Promise<LookupResult<T>> {
    const answer = await this.#send("GET", call);
    if (answer.kind !== "answer") return { kind: "unreachable", error: answer.error };
    const { status, json, words } = answer;
    const value = status === 200 ? read(json) : undefined;
    if (value !== undefined) return { kind: "found", value };
    if (status === 404 && words.code === "resource_missing") return { kind: "not_found" };
    const closed = turnedAway(answer, words, this.#tools.clock.now(), configuration);
    return { ...(closed ?? { error: outcomeUnknown(words) }), kind: "unreachable" };
  }

  async #send(
    method: "GET" | "POST",
    { account, path, onBehalfOf, signal }: Call,
    post?: Post,
  ): Promise<Answer | NoReply> {
    const secretKey = settingOf(account, "secret_key") ?? "";
    if (!VISIBLE.test(secretKey)) {
      return { kind: "not_sent", error: configuration(NO_WORDS) };
    }
    const replied = await exchange(this.#tools.http, {
      method,
      url: new URL(baseUrlOf(account) + path),
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
  return { kind: "answer", status: reply.status, headers: reply.headers, json, words };
}

const NO_WORDS: StripeWords = {
  type: undefined,
  code: undefined,
  message: undefined,
  requestId: undefined,
};
