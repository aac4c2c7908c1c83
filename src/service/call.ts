import type { Scope } from "../domain/access.ts";
import type { IdempotencyClaim } from "../repository/repository.ts";

/** Who calls: the merchant that an API key belongs to. */
export interface Caller {
  readonly merchantId: string;
  readonly livemode: boolean;
  /** Whether the merchant belongs to whoever runs the service. */
  readonly operator: boolean;
  readonly keyId: string;
  readonly scopes: readonly Scope[];
}

/** One call, as far as a use case cares. */
export interface Call {
  readonly caller: Caller;
  /** Given with a mutation that carries an Idempotency-Key. */
  readonly claim: IdempotencyClaim | null;
  /** Keyed hash of the request in canonical form. */
  readonly fingerprint: string;
  /** Until when an answer is worth waiting for (milliseconds on the clock). */
  readonly answerBy: number;
  /** Aborts when the caller has gone. It ends a wait, never a call to a processor. */
  readonly signal: AbortSignal;
}

/** What a call answers, and whether it was answered before. */
export interface Answer<T> {
  readonly value: T;
  readonly replayed: boolean;
}
