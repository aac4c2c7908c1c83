import { sleep } from "../clock.ts";
import type { LookupResult, ProcessorState } from "../connectors/connector.ts";
import { ServiceError } from "../domain/errors.ts";
import type { PayoutError } from "../domain/payout.ts";
import { isTerminal } from "../domain/transition.ts";
import { mayHaveArrived, openStep } from "../engine/decisions/attempts.ts";
import { recordLookup } from "../engine/decisions/record-outcome.ts";
import { isLeased, settleNews } from "../engine/decisions/schedule.ts";
import { circumstancesOf, lookupPayout } from "../engine/payout-runner.ts";
import { currentAttempt, type PayoutAggregate } from "../repository/payout-aggregate.ts";
import { type Patience, waitForPayout } from "./answer-payout.ts";
import { requireId } from "./require-id.ts";
import type { ServiceContext } from "./service-context.ts";

export interface GetPayout {
  readonly by: { readonly payoutId: string } | { readonly merchantPayoutId: string };
  /** AUTO asks the processor when the payout is not settled. */
  readonly sync: "AUTO" | "STORED" | "FORCE";
}

export interface PayoutView {
  readonly aggregate: PayoutAggregate;
  /** Why the processor could not be asked; the payout is as it is stored. */
  readonly syncError: PayoutError | null;
}

/** How long a look-up that is under way is waited for (milliseconds): people poll with Get. */
const JOIN_MS = 1000;

const NOT_IN_TIME: PayoutError = {
  category: "CONNECTOR_UNAVAILABLE",
  reason: "NO_ANSWER_IN_TIME",
  message: "The processor did not answer in time; this is the stored state.",
};

/** Answers payouts, asking the processor at most once at a time for each. */
export class PayoutReader {
  readonly #context: ServiceContext;
  readonly #asking = new Map<string, Promise<PayoutView>>();

  constructor(context: ServiceContext) {
    this.#context = context;
  }

  /**
   * The payout, as fresh as the caller's patience allows; what could not be asked in time goes on,
   * and the payout is answered as it is stored, with `syncError`.
   *
   * @throws ServiceError PAYOUT_NOT_FOUND
   */
  async get(patience: Patience, { by, sync }: GetPayout): Promise<PayoutView> {
    const { merchantId } = patience.caller;
    if ("payoutId" in by) requireId("payout", by.payoutId, "payout_id");
    const aggregate = await this.#context.repository.payouts.find(merchantId, by);
    if (aggregate === null) throw new ServiceError("PAYOUT_NOT_FOUND");
    if (!this.#isWorthAsking(aggregate, sync)) return { aggregate, syncError: null };
    const { job } = aggregate;
    const { clock } = this.#context;
    if (job !== null && isLeased(job, clock.now())) return this.#join(patience, aggregate);
    const late = { aggregate, syncError: NOT_IN_TIME };
    const waiting = new AbortController();
    const stop = () => waiting.abort();
    patience.signal.addEventListener("abort", stop, { once: true });
    const tooLate = sleep(clock, patience.answerBy - clock.now(), waiting.signal);
    try {
      return await Promise.race([this.#askOnce(aggregate), tooLate.then(() => late)]);
    } finally {
      patience.signal.removeEventListener("abort", stop);
      stop();
    }
  }

  /** Somebody is talking to the processor about this payout just now: their news is waited for, briefly. */
  async #join(patience: Patience, { payout }: PayoutAggregate): Promise<PayoutView> {
    const { clock } = this.#context;
    const answerBy = Math.min(patience.answerBy, clock.now() + JOIN_MS);
    const { aggregate, ready } = await waitForPayout(
      this.#context,
      { ...patience, answerBy },
      payout.payoutId,
      ({ job }) => job === null || !isLeased(job, clock.now()),
    );
    return { aggregate, syncError: ready ? null : NOT_IN_TIME };
  }

  #askOnce(aggregate: PayoutAggregate): Promise<PayoutView> {
    const { payoutId } = aggregate.payout;
    const running = this.#asking.get(payoutId);
    if (running !== undefined) return running;
    const asking = this.#ask(aggregate).finally(() => this.#asking.delete(payoutId));
    this.#asking.set(payoutId, asking);
    return asking;
  }

  /** The processor is asked only for what it can know of. */
  #isWorthAsking(aggregate: PayoutAggregate, sync: GetPayout["sync"]): boolean {
    const attempt = currentAttempt(aggregate);
    if (sync === "STORED" || !attempt?.steps.some(mayHaveArrived)) return false;
    return sync === "FORCE" || !isTerminal(aggregate.payout.status);
  }

  async #ask(aggregate: PayoutAggregate): Promise<PayoutView> {
    const { repository } = this.#context;
    const { merchantId, payoutId } = aggregate.payout;
    const attempt = currentAttempt(aggregate);
    const step = attempt === undefined ? undefined : openStep(attempt);
    const result = await lookupPayout(this.#context, aggregate, step?.name ?? null);
    if (result.kind === "unreachable") return { aggregate, syncError: result.error };
    if (result.kind === "not_found") return { aggregate, syncError: null };
    const changed = await repository.payouts.change({ merchantId, payoutId }, {}, (current) =>
      // What was asked of one attempt says nothing of the next, at another connector.
      currentAttempt(current)?.attemptId === attempt?.attemptId
        ? this.#takeIn(current, step?.ordinal ?? null, result)
        : current,
    );
    return {
      aggregate: changed.kind === "stored" ? changed.aggregate : aggregate,
      syncError: null,
    };
  }

  #takeIn(
    current: PayoutAggregate,
    ordinal: number | null,
    result: LookupResult<ProcessorState>,
  ): PayoutAggregate {
    const { clock } = this.#context;
    const now = clock.now();
    // Whoever has claimed the job meanwhile asks for itself.
    if (current.job !== null && isLeased(current.job, now)) return current;
    const next = recordLookup(current, ordinal, result, circumstancesOf(this.#context, current));
    // A look that brought nothing new leaves the worker's own rhythm alone.
    if (next.payout === current.payout) return current;
    return settleNews(current, next, now);
  }
}
