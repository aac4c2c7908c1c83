import type { LookupResult, ProcessorState } from "../connectors/connector.ts";
import { ServiceError } from "../domain/errors.ts";
import type { PayoutError } from "../domain/payout.ts";
import { isTerminal } from "../domain/transition.ts";
import { openStep, surelyUnsent } from "../engine/decisions/attempts.ts";
import { recordLookup } from "../engine/decisions/record-outcome.ts";
import { isLeased, settleUnleased } from "../engine/decisions/schedule.ts";
import { circumstancesOf, lookupPayout } from "../engine/payout-runner.ts";
import { currentAttempt, type PayoutAggregate } from "../repository/payout-aggregate.ts";
import type { Caller } from "./call.ts";
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

/** Answers payouts, asking the processor at most once at a time for each. */
export class PayoutReader {
  readonly #context: ServiceContext;
  readonly #asking = new Map<string, Promise<PayoutView>>();

  constructor(context: ServiceContext) {
    this.#context = context;
  }

  /** @throws ServiceError PAYOUT_NOT_FOUND */
  async get(
    { merchantId }: Pick<Caller, "merchantId">,
    { by, sync }: GetPayout,
  ): Promise<PayoutView> {
    if ("payoutId" in by) requireId("payout", by.payoutId, "payout_id");
    const aggregate = await this.#context.repository.payouts.find(merchantId, by);
    if (aggregate === null) throw new ServiceError("PAYOUT_NOT_FOUND");
    if (!this.#isWorthAsking(aggregate, sync)) return { aggregate, syncError: null };
    const { payoutId } = aggregate.payout;
    const running = this.#asking.get(payoutId);
    if (running !== undefined) return running;
    const asking = this.#ask(aggregate).finally(() => this.#asking.delete(payoutId));
    this.#asking.set(payoutId, asking);
    return asking;
  }

  /** The processor is asked only for what it can know of, and not while its first answer is on its way. */
  #isWorthAsking(aggregate: PayoutAggregate, sync: GetPayout["sync"]): boolean {
    const { payout, job } = aggregate;
    const attempt = currentAttempt(aggregate);
    if (sync === "STORED" || attempt === undefined || surelyUnsent(attempt)) return false;
    if (sync === "AUTO" && isTerminal(payout.status)) return false;
    return job === null || !isLeased(job, this.#context.clock.now());
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
      this.#takeIn(current, step?.ordinal ?? null, result),
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
    return settleUnleased(current.job === null ? { ...next, job: null } : next, now);
  }
}
