import type { OpenAccount } from "../connector.ts";
import { notSent } from "./errors.ts";
import type { CallNotMade } from "./turned-away.ts";

/** A token is not used any more so long before it ends: a call must not set out with one that ends on the way (milliseconds). */
const MARGIN_MS = 60_000;
/** Accounts whose tokens are kept; beyond that the oldest is dropped, and asked for again when needed. */
const MAX_KEPT = 10_000;

/** Whom a token is for, and how long it may be waited for. */
export interface TokenQuestion {
  readonly account: OpenAccount;
  readonly signal: AbortSignal;
}

/** What a processor has granted. */
export interface Grant {
  readonly kind: "granted";
  readonly token: string;
  /** Milliseconds. */
  readonly lifeMs: number;
}

export interface Token {
  readonly kind: "token";
  readonly text: string;
  /** Whether it was there already: then it may have ended before its time. */
  readonly wasKept: boolean;
}

export interface AccessTokenOptions<Q extends TokenQuestion> {
  /** Asks the processor for a token. Never throws. */
  readonly ask: (question: Q) => Promise<Grant | CallNotMade>;
  /** Milliseconds. */
  readonly now: () => number;
  readonly marginMs?: number;
  readonly maxKept?: number;
}

/** The settings and the place that a token is good for. */
type Holder = Pick<OpenAccount, "version" | "baseUrl">;

interface Kept extends Holder {
  readonly text: string;
  /** Milliseconds; not used from then on. */
  readonly until: number;
}

interface Asking extends Holder {
  /** Of whoever asked first. */
  readonly signal: AbortSignal;
  readonly answer: Promise<Token | CallNotMade>;
}

/**
 * Access tokens, in memory only: one for each account, and one request for it at a time. Whoever comes
 * meanwhile waits for the same answer, no longer than its own signal allows; a failure serves nobody who
 * comes later.
 */
export class AccessTokens<Q extends TokenQuestion = TokenQuestion> {
  readonly #options: AccessTokenOptions<Q>;
  readonly #kept = new Map<string, Kept>();
  readonly #asking = new Map<string, Asking>();

  constructor(options: AccessTokenOptions<Q>) {
    this.#options = options;
  }

  async get(question: Q): Promise<Token | CallNotMade> {
    const { account, signal } = question;
    const id = account.connectorAccountId;
    while (!signal.aborted) {
      const kept = this.#kept.get(id);
      if (isFor(kept, account) && this.#options.now() < kept.until) {
        return { kind: "token", text: kept.text, wasKept: true };
      }
      const asking = this.#asking.get(id);
      if (!isFor(asking, account)) return this.#askFirst(id, question);
      const answer = await unlessAborted(asking.answer, signal);
      // Whoever asked may have given up, which says nothing of the processor: then it is our turn.
      if (answer?.kind === "token" || (answer && !asking.signal.aborted)) return answer;
    }
    return { kind: "not_sent", error: notSent() };
  }

  /** Drops a token that the processor takes no more. */
  forget({ connectorAccountId: id }: OpenAccount, text: string): void {
    if (this.#kept.get(id)?.text === text) this.#kept.delete(id);
  }

  #askFirst(id: string, question: Q): Promise<Token | CallNotMade> {
    const { account, signal } = question;
    const { version, baseUrl } = account;
    const answer = this.#ask(id, question).finally(() => {
      if (this.#asking.get(id)?.answer === answer) this.#asking.delete(id);
    });
    this.#asking.set(id, { version, baseUrl, signal, answer });
    return answer;
  }

  async #ask(id: string, question: Q): Promise<Token | CallNotMade> {
    const { ask, now, marginMs = MARGIN_MS } = this.#options;
    const { version, baseUrl } = question.account;
    const askedAt = now();
    const granted = await ask(question);
    if (granted.kind !== "granted") return granted;
    const { token: text, lifeMs } = granted;
    this.#keep(id, { version, baseUrl, text, until: askedAt + lifeMs - marginMs });
    return { kind: "token", text, wasKept: false };
  }

  #keep(id: string, kept: Kept): void {
    this.#kept.delete(id);
    this.#kept.set(id, kept);
    const [oldest] = this.#kept.keys();
    const isFull = this.#kept.size > (this.#options.maxKept ?? MAX_KEPT);
    if (isFull && oldest !== undefined) this.#kept.delete(oldest);
  }
}

function isFor<H extends Holder>(held: H | undefined, account: OpenAccount): held is H {
  return held?.version === account.version && held.baseUrl === account.baseUrl;
}

/** What comes of it; undefined when the signal is aborted before. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const { promise: aborted, resolve } = Promise.withResolvers<undefined>();
  const abort = () => resolve(undefined);
  signal.addEventListener("abort", abort);
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
