import type { PayoutError } from "../../domain/payout.ts";
import type { Later, OpenAccount } from "../connector.ts";
import { notSent } from "../toolkit/errors.ts";
import { exchange } from "../toolkit/exchange.ts";
import type { HttpClient } from "../toolkit/http-client.ts";
import { laterOf } from "../toolkit/retry-after.ts";
import type { DwollaSettings } from "./account-fields.ts";
import { credentialsRefused, rateLimited, readWords } from "./refusals.ts";

/** A token is renewed so long before it ends: a call must not set out with one that ends on the way (milliseconds). */
const MARGIN_MS = 60_000;
/** Accounts whose tokens are kept; beyond that the oldest is dropped, and asked for again when needed. */
const MAX_ACCOUNTS = 1_000;

/** Without a token nothing was sent of the call that it was for. */
export interface NoToken {
  readonly kind: "not_sent";
  readonly error: PayoutError;
  readonly later?: Later;
}

export interface Token {
  readonly kind: "token";
  readonly text: string;
  /** Whether it was there already: then it may have ended before its time. */
  readonly wasKept: boolean;
}

export interface TokenQuestion {
  readonly account: OpenAccount;
  readonly settings: DwollaSettings;
  readonly baseUrl: string;
  readonly signal: AbortSignal;
}

interface Kept {
  readonly version: number;
  readonly text: string;
  /** Milliseconds; not used from then on. */
  readonly until: number;
}

interface Asking {
  readonly version: number;
  /** Of whoever asked first. */
  readonly signal: AbortSignal;
  readonly answer: Promise<Token | NoToken>;
}

/** Access tokens by client credentials, in memory only: one for each account, and one request for it at a time. */
export class AccessTokens {
  readonly #client: HttpClient;
  readonly #now: () => number;
  readonly #kept = new Map<string, Kept>();
  readonly #asking = new Map<string, Asking>();

  constructor(client: HttpClient, now: () => number) {
    this.#client = client;
    this.#now = now;
  }

  async get(question: TokenQuestion): Promise<Token | NoToken> {
    const { account, signal } = question;
    const id = account.connectorAccountId;
    while (!signal.aborted) {
      const kept = this.#kept.get(id);
      if (kept?.version === account.version && this.#now() < kept.until) {
        return { kind: "token", text: kept.text, wasKept: true };
      }
      const asking = this.#asking.get(id);
      if (asking?.version !== account.version) return this.#ask(id, question);
      const answer = await unlessAborted(asking.answer, signal);
      if (answer?.kind === "token") return answer;
      // Whoever asked may have given up, which says nothing of the processor: then it is our turn.
      if (answer !== undefined && !asking.signal.aborted) return answer;
    }
    return { kind: "not_sent", error: notSent() };
  }

  /** Drops a token that the processor takes no more. */
  forget({ connectorAccountId }: OpenAccount, text: string): void {
    if (this.#kept.get(connectorAccountId)?.text === text) this.#kept.delete(connectorAccountId);
  }

  #ask(id: string, question: TokenQuestion): Promise<Token | NoToken> {
    const { account, signal } = question;
    const asking: Asking = {
      version: account.version,
      signal,
      answer: this.#request(id, question).finally(() => {
        if (this.#asking.get(id) === asking) this.#asking.delete(id);
      }),
    };
    this.#asking.set(id, asking);
    return asking.answer;
  }

  async #request(
    id: string,
    { account, settings, baseUrl, signal }: TokenQuestion,
  ): Promise<Token | NoToken> {
    const { clientId, clientSecret } = settings;
    const credentials = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
    const answer = await exchange(this.#client, {
      method: "POST",
      url: new URL(`${baseUrl}/token`),
      headers: {
        authorization: `Basic ${credentials}`,
        accept: "application/json",
        "content-type": "application/x-www-form-urlencoded",
      },
      body: "grant_type=client_credentials",
      signal,
    });
    if (answer.kind !== "replied") return { kind: "not_sent", error: notSent() };
    const { status, headers } = answer.reply;
    const words = readWords(answer, [clientSecret, credentials]);
    if (status === 401 || status === 403) return credentialsRefused(words);
    if (status === 429) {
      return rateLimited(words, laterOf(headers["retry-after"], this.#now()));
    }
    const text = answer.json.text("access_token");
    if (status !== 200 || text === undefined || !/^[!-~]{1,4096}$/.test(text)) {
      return { kind: "not_sent", error: notSent() };
    }
    const lives = (answer.json.whole("expires_in") ?? 0) * 1000;
    this.#keep(id, { version: account.version, text, until: this.#now() + lives - MARGIN_MS });
    return { kind: "token", text, wasKept: false };
  }

  #keep(id: string, kept: Kept): void {
    this.#kept.delete(id);
    this.#kept.set(id, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_ACCOUNTS && oldest !== undefined) this.#kept.delete(oldest);
  }
}

/** What comes of it; undefined when the signal is aborted before. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const { promise: aborted, resolve } = Promise.withResolvers<undefined>();
  const abort = () => resolve(undefined);
  signal.addEventListener("abort", abort);
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener("abort", abort));
}
