import type { Job } from "../../repository/job.ts";
import { hasEnded, isUndoing, type PayoutAggregate } from "../../repository/payout-aggregate.ts";

/** Puts the job off until a time. `progress` says whether the payout got anywhere: then pauses start anew. */
export function putOff(
  aggregate: PayoutAggregate,
  runAt: number,
  progress: boolean,
): PayoutAggregate {
  const { job } = aggregate;
  const tries = progress ? 0 : (job?.tries ?? 0) + 1;
  return { ...aggregate, job: { runAt, tries, lease: job?.lease ?? null } };
}

/** Makes the job due now. The lease, if there is one, stays with its holder, who goes on with it. */
export function makeDue(aggregate: PayoutAggregate, now: number): PayoutAggregate {
  return { ...aggregate, job: { runAt: now, tries: 0, lease: aggregate.job?.lease ?? null } };
}

/**
 * Closes a change made by the holder of the lease: a payout that has ended has no job, and one that
 * waits is given back. What is still due stays with the holder, and so does a wish to stop that came
 * while the holder was busy: it does not wait for the next look.
 */
export function settleLease(aggregate: PayoutAggregate, now: number): PayoutAggregate {
  const { job, voidRequest } = aggregate;
  if (job === null) return aggregate;
  if (hasEnded(aggregate)) return { ...aggregate, job: null };
  if (voidRequest?.state === "REQUESTED" && job.runAt > now) return makeDue(aggregate, now);
  return job.runAt > now ? { ...aggregate, job: { ...job, lease: null } } : aggregate;
}

/**
 * Closes a change made by anybody else. The holder of a lease must be able to record what came of
 * its call, so the job of a payout that has ended goes only when nobody holds it.
 */
export function settleUnleased(aggregate: PayoutAggregate, now: number): PayoutAggregate {
  const { job } = aggregate;
  if (job === null || !hasEnded(aggregate) || isLeased(job, now)) return aggregate;
  return { ...aggregate, job: null };
}

/**
 * Closes a change by what a processor has said without being asked for work. A payout without a job has
 * ended: it may still be reversed, but gets a new job only when there is something to take back.
 */
export function settleNews(
  before: PayoutAggregate,
  after: PayoutAggregate,
  now: number,
): PayoutAggregate {
  const stays = before.job === null && !isUndoing(after);
  return settleUnleased(stays ? { ...after, job: null } : after, now);
}

export function isLeased(job: Job, now: number): boolean {
  return job.lease !== null && job.lease.until > now;
}

/** Takes the lease, if nobody holds it. Null when somebody does, or there is no job. */
export function takeLease(
  aggregate: PayoutAggregate,
  lease: { readonly token: string; readonly until: number },
  now: number,
): PayoutAggregate | null {
  const { job } = aggregate;
  if (job === null || isLeased(job, now)) return null;
  return { ...aggregate, job: { ...job, lease } };
}
