import type { Ledger } from "./ledger.ts";
import type { NewsStore } from "./news-store.ts";
import type { TransferStore } from "./transfer-store.ts";
import type { SandboxAnswer } from "./wire.ts";

/** Timers as a parameter, so that tests and simulations own the time. */
export interface Timers {
  setTimeout(task: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** What every part of the processor works with. */
export interface Context {
  readonly ledger: Ledger;
  readonly transfers: TransferStore;
  readonly news: NewsStore;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Letters and digits, never the same twice. */
  readonly randomId: () => string;
  readonly settleMs: number;
  readonly quoteMs: number;
}

/** What a request comes to: an answer, and how long it is held back (milliseconds). */
export interface Decision {
  readonly answer: SandboxAnswer;
  readonly holdMs: number;
}
