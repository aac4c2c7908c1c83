import type { ProcessorNews } from "../connectors/connector.ts";
import { withMaskedWords } from "../domain/mask-words.ts";
import { canTransition } from "../domain/transition.ts";
import { recordLookup } from "../engine/decisions/record-outcome.ts";
import { settleUnleased } from "../engine/decisions/schedule.ts";
import type { EngineContext } from "../engine/engine-context.ts";
import { circumstancesOf } from "../engine/payout-runner.ts";
import { currentAttempt, type PayoutAggregate } from "../repository/payout-aggregate.ts";

/** What came of a piece of news: `unknown` when no payout has that key (yet). */
export type NewsEnd = "taken" | "unknown";

/**
 * Takes in news that a processor sends by itself, wherever it comes in. It may come twice, late, in
 * any order, and before the answer to the call that it is about; so it goes through the same
 * decision as every other word of a processor. It is fenced by attempt: news of an attempt that is
 * not the current one is dropped.
 */
export async function recordNews(context: EngineContext, news: ProcessorNews): Promise<NewsEnd> {
  const { repository, clock, log } = context;
  const ref = await repository.payouts.findByProcessorKey(news.processorKey);
  if (ref === null) return "unknown";
  const { error } = news.state;
  const state = error ? { ...news.state, error: withMaskedWords(error) } : news.state;
  const take = (current: PayoutAggregate): PayoutAggregate => {
    const steps = currentAttempt(current)?.steps ?? [];
    const step = steps.find(({ processorKey }) => processorKey === news.processorKey);
    if (step === undefined) {
      log.warn({ payout: ref.payoutId }, "news of an attempt that is over was dropped");
      return current;
    }
    const now = clock.now();
    const found = { kind: "found", value: state } as const;
    const next = recordLookup(current, step.ordinal, found, circumstancesOf(context, current));
    // A payout without a job has ended: news may still reverse it, but gives it no new job.
    return settleUnleased(current.job === null ? { ...next, job: null } : next, now);
  };
  const taken = await repository.payouts.change(ref, {}, take);
  // It may have gone only half of the way, through a status that we had missed. The rest follows at
  // once: older news that comes in between must not be the last word.
  if (taken.kind === "stored" && canTransition(taken.aggregate.payout.status, news.state.status)) {
    await repository.payouts.change(ref, {}, take);
  }
  return "taken";
}
