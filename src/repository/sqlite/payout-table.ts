import { and, eq, sql } from "drizzle-orm";
import type { Attempt } from "../../domain/attempt.ts";
import { payoutEventType } from "../../domain/event.ts";
import { canTransition, INITIAL_STATUSES } from "../../domain/transition.ts";
import type { PayoutAggregate } from "../payout-aggregate.ts";
import { IllegalTransitionError } from "../repository.ts";
import type { SqliteContext } from "./context.ts";
import type { AppendEvent } from "./event-log.ts";
import type { JobOwner, JobTable } from "./job-table.ts";
import type { LinkTable } from "./link-table.ts";
import {
  attemptFromRows,
  mutableColumns,
  type PayoutRow,
  payoutFromRow,
  payoutToRow,
} from "./payout-rows.ts";
import type { ReferenceTable } from "./reference-table.ts";
import { placeholders, prepareInsert } from "./statements.ts";

/** An aggregate as it was read, with what only the writer needs. */
export interface LoadedPayout {
  readonly aggregate: PayoutAggregate;
  readonly row: PayoutRow;
}

function jobOwner({ payout }: PayoutAggregate): JobOwner {
  const { payoutId: subjectId, merchantId, connector: lane } = payout;
  return { kind: "payout", subjectId, merchantId, lane };
}

/** A payout with its attempts, link and job: read and written inside a unit. */
export interface PayoutTable {
  load(merchantId: string, payoutId: string): LoadedPayout | null;
  insert(
    aggregate: PayoutAggregate,
    rest: Pick<PayoutRow, "destinationSecret" | "stageFingerprint">,
  ): PayoutAggregate;
  /**
   * Writes what differs between what was loaded and what shall be. The update names the status and
   * version that it leaves and must hit exactly one row; a change of status writes one event.
   *
   * @throws IllegalTransitionError
   */
  save(loaded: LoadedPayout, next: PayoutAggregate): PayoutAggregate;
}

export function createPayoutTable(
  context: SqliteContext,
  jobs: JobTable,
  links: LinkTable,
  references: ReferenceTable,
  appendEvent: AppendEvent,
): PayoutTable {
  const { orm, tables } = context;
  const { payouts, attempts, attemptSteps } = tables;

  const selectPayout = orm
    .select()
    .from(payouts)
    .where(
      and(
        eq(payouts.payoutId, sql.placeholder("payoutId")),
        eq(payouts.merchantId, sql.placeholder("merchantId")),
      ),
    )
    .prepare();
  const selectAttempts = orm
    .select()
    .from(attempts)
    .where(eq(attempts.payoutId, sql.placeholder("payoutId")))
    .orderBy(attempts.number)
    .prepare();
  const selectSteps = orm
    .select({ step: attemptSteps })
    .from(attemptSteps)
    .innerJoin(attempts, eq(attempts.attemptId, attemptSteps.attemptId))
    .where(eq(attempts.payoutId, sql.placeholder("payoutId")))
    .orderBy(attempts.number, attemptSteps.ordinal)
    .prepare();
  const insertPayout = prepareInsert(context, payouts);
  const updatePayout = orm
    .update(payouts)
    .set({
      ...placeholders<typeof payouts>([
        "status",
        "destinationMinorAmount",
        "connector",
        "connectorAccountId",
        "routing",
        "connectorReferences",
        "connectorPayoutId",
        "recipientId",
        "disburseAccountId",
        "payoutMethod",
        "quote",
        "error",
        "waitReason",
        "waitSince",
        "voidRequest",
        "newsSequence",
      ]),
      updateTime: sql`${sql.placeholder("updateTime")}`,
      eventSequence: sql`${sql.placeholder("eventSequence")}`,
      version: sql`${sql.placeholder("version")}`,
    })
    .where(
      and(
        eq(payouts.payoutId, sql.placeholder("payoutId")),
        eq(payouts.merchantId, sql.placeholder("merchantId")),
        eq(payouts.status, sql.placeholder("statusBefore")),
        eq(payouts.version, sql.placeholder("versionBefore")),
      ),
    )
    .prepare();
  const insertAttempt = prepareInsert(context, attempts);
  const updateAttempt = orm
    .update(attempts)
    .set(placeholders<typeof attempts>(["state", "endTime"]))
    .where(eq(attempts.attemptId, sql.placeholder("attemptId")))
    .prepare();
  const insertStep = prepareInsert(context, attemptSteps);
  const updateStep = orm
    .update(attemptSteps)
    .set(
      placeholders<typeof attemptSteps>(["outcome", "tries", "error", "startTime", "updateTime"]),
    )
    .where(
      and(
        eq(attemptSteps.attemptId, sql.placeholder("attemptId")),
        eq(attemptSteps.ordinal, sql.placeholder("ordinal")),
      ),
    )
    .prepare();

  function addAttempt(aggregate: PayoutAggregate, attempt: Attempt): void {
    const { attemptId, steps, ...rest } = attempt;
    const { merchantId, payoutId } = aggregate.payout;
    insertAttempt({ attemptId, merchantId, payoutId, ...rest });
    for (const step of steps) insertStep({ attemptId, ...step });
  }

  function saveAttempts(before: PayoutAggregate, after: PayoutAggregate): void {
    const known = new Map(before.attempts.map((attempt) => [attempt.attemptId, attempt]));
    for (const attempt of after.attempts) {
      const old = known.get(attempt.attemptId);
      if (old === attempt) continue;
      if (old === undefined) {
        addAttempt(after, attempt);
        continue;
      }
      const { attemptId, state, endTime } = attempt;
      if (old.state !== state || old.endTime !== endTime) {
        updateAttempt.run({ attemptId, state, endTime });
      }
      for (const step of attempt.steps) {
        const oldStep = old.steps.find(({ ordinal }) => ordinal === step.ordinal);
        if (oldStep === undefined) insertStep({ attemptId, ...step });
        else if (oldStep !== step) updateStep.run({ attemptId, ...step });
      }
    }
  }

  function appendPayoutEvent(
    aggregate: PayoutAggregate,
    sequence: number,
    previousStatus: string,
  ): void {
    const { payout } = aggregate;
    appendEvent({
      merchantId: payout.merchantId,
      type: payoutEventType(payout.status),
      objectId: payout.payoutId,
      sequence,
      previousStatus,
      resource: { kind: "payout", payout },
      livemode: payout.livemode,
    });
  }

  return {
    load: (merchantId, payoutId) => {
      const row = selectPayout.get({ merchantId, payoutId });
      if (row === undefined) return null;
      const job = jobs.read("payout", payoutId);
      const steps = selectSteps.all({ payoutId }).map(({ step }) => step);
      const aggregate: PayoutAggregate = {
        payout: payoutFromRow(row, job),
        attempts: selectAttempts
          .all({ payoutId })
          .map((attempt) => attemptFromRows(attempt, steps)),
        voidRequest: row.voidRequest,
        newsSequence: row.newsSequence,
        link: row.linkId === null ? null : links.load(row.linkId),
        job,
      };
      return { aggregate, row };
    },

    insert: (aggregate, rest) => {
      const { status } = aggregate.payout;
      if (!INITIAL_STATUSES.some((initial) => initial === status)) {
        throw new IllegalTransitionError("(new)", status);
      }
      insertPayout(payoutToRow(aggregate, { ...rest, eventSequence: 1 }));
      for (const attempt of aggregate.attempts) addAttempt(aggregate, attempt);
      references.replace(null, aggregate.payout);
      if (aggregate.job !== null) jobs.insert(jobOwner(aggregate), aggregate.job);
      const payout = { ...aggregate.payout, nextCheckTime: aggregate.job?.runAt ?? null };
      const stored = { ...aggregate, payout };
      appendPayoutEvent(stored, 1, "");
      return stored;
    },

    save: ({ aggregate: before, row }, next) => {
      if (next === before) return before;
      const { merchantId, payoutId, status } = before.payout;
      let payout = { ...next.payout, nextCheckTime: next.job?.runAt ?? null };
      const changesStatus = payout.status !== status;
      if (changesStatus && !canTransition(status, payout.status)) {
        throw new IllegalTransitionError(status, payout.status);
      }
      const touchesRow =
        next.payout !== before.payout ||
        next.voidRequest !== before.voidRequest ||
        next.newsSequence !== before.newsSequence;
      if (touchesRow) {
        // What only the service itself remembers is no change that a caller could see.
        const isVisible = next.payout !== before.payout;
        const updateTime = isVisible
          ? Math.max(context.now(), before.payout.updateTime)
          : before.payout.updateTime;
        payout = { ...payout, updateTime, version: row.version + (isVisible ? 1 : 0) };
        const { changes } = updatePayout.run({
          ...mutableColumns({ ...next, payout }),
          updateTime,
          version: payout.version,
          eventSequence: row.eventSequence + (changesStatus ? 1 : 0),
          payoutId,
          merchantId,
          statusBefore: status,
          versionBefore: row.version,
        });
        if (changes !== 1) throw new Error("a payout changed under the unit that changes it");
      }
      saveAttempts(before, next);
      references.replace(before.payout, payout);
      jobs.replace(jobOwner(next), before.job, next.job);
      const link =
        next.link === before.link || next.link === null
          ? next.link
          : links.save(before.link, next.link);
      const { linkUrl, ...rest } = next;
      if (linkUrl !== undefined && link !== null) links.keepUrl(link, linkUrl);
      const stored: PayoutAggregate = { ...rest, payout, link };
      if (changesStatus) appendPayoutEvent(stored, row.eventSequence + 1, status);
      return stored;
    },
  };
}
