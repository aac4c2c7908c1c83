import type { ProcessorNews, ProcessorState } from "../connectors/connector.ts";
import type { ConnectorRef } from "../domain/connector-ref.ts";
import { withMaskedWords } from "../domain/mask-words.ts";
import type { PayoutStatus } from "../domain/payout.ts";
import { canTransition } from "../domain/transition.ts";
import { stepBefore } from "../engine/decisions/apply-state.ts";
import { recordLookup } from "../engine/decisions/record-outcome.ts";
import { settleNews } from "../engine/decisions/schedule.ts";
import type { EngineContext } from "../engine/engine-context.ts";
import { circumstancesOf } from "../engine/payout-runner.ts";
import { currentAttempt, type PayoutAggregate } from "../repository/payout-aggregate.ts";
import type { PayoutRef } from "../repository/repository.ts";

/** What came of a piece of news: `unknown` when no payout has that key (yet). */
export type NewsEnd = "taken" | "unknown";

/** Takes in news of a processor that knows no accounts of merchants. */
export async function recordNews(context: EngineContext, news: ProcessorNews): Promise<NewsEnd> {
  const { processorKey } = news;
  const found = await context.repository.payouts.findByProcessorKey(processorKey);
  if (found === null) return "unknown";
  await recordWord(context, found, { about: { processorKey }, state: news.state });
  return "taken";
}

/** What a processor says of a payout by itself, or when it is asked because of that. */
export interface Word {
  /**
   * The attempt that it is about: by the key of one of its steps, which it then answers for; or, where
   * it says only how the payout stands, by its id or by where it was made.
   */
  readonly about:
    | { readonly processorKey: string }
    | { readonly attemptId: string; readonly ordinal: number | null }
    | { readonly connector: ConnectorRef };
  readonly state: ProcessorState;
}

/**
 * Takes in a processor's word, wherever it comes in. It may come twice, late, in any order, and before
 * the answer to the call that it is about; so it goes through the same decision as every other word of
 * a processor. It is fenced by attempt: what is said of an attempt that is not the current one is dropped.
 */
export async function recordWord(
  context: EngineContext,
  ref: PayoutRef,
  word: Word,
): Promise<void> {
  const { repository, clock, log } = context;
  const { error } = word.state;
  const state = error ? { ...word.state, error: withMaskedWords(error) } : word.state;
  const take = (current: PayoutAggregate): PayoutAggregate => {
    const ordinal = ordinalOf(current, word);
    if (ordinal === undefined) {
      log.warn({ payout: ref.payoutId }, "news of an attempt that is over was dropped");
      return current;
    }
    const now = clock.now();
    const found = { kind: "found", value: state } as const;
    const next = recordLookup(current, ordinal, found, circumstancesOf(context, current));
    return settleNews(current, next, now);
  };
  // It may go only a part of the way, through a status that we had missed. The rest follows at once: older
  // news that comes in between must not be the last word.
  let before: PayoutStatus | null = null;
  for (;;) {
    const taken = await repository.payouts.change(ref, {}, take);
    if (taken.kind !== "stored") return;
    const { status } = taken.aggregate.payout;
    if (status === before || !leadsTo(status, state.status)) return;
    before = status;
  }
}

function leadsTo(from: PayoutStatus, to: PayoutStatus): boolean {
  return canTransition(from, to) || stepBefore(from, to) !== undefined;
}

/** The step that a word is about, null for none; undefined when it is not about the current attempt. */
function ordinalOf(current: PayoutAggregate, { about }: Word): number | null | undefined {
  const attempt = currentAttempt(current);
  if (attempt === undefined) return undefined;
  if ("connector" in about) return attempt.connector === about.connector ? null : undefined;
  if ("attemptId" in about) {
    return attempt.attemptId === about.attemptId ? about.ordinal : undefined;
  }
  const step = attempt.steps.find(({ processorKey }) => processorKey === about.processorKey);
  // That something was taken back is for a look-up to say, which asks for that very call.
  return step?.undoes === null ? step.ordinal : step && null;
}
