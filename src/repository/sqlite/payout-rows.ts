import type { Attempt, AttemptStep } from "../../domain/attempt.ts";
import { connectorAccountOf, connectorNameOf, connectorRef } from "../../domain/connector-ref.ts";
import type { PayoutLink } from "../../domain/link.ts";
import type { Payout } from "../../domain/payout.ts";
import { limits } from "../../limits.ts";
import type { Job } from "../job.ts";
import type { PayoutAggregate } from "../payout-aggregate.ts";
import type { Tables } from "../schema/tables.ts";

export type PayoutRow = Tables["payouts"]["$inferSelect"];
export type AttemptRow = Tables["attempts"]["$inferSelect"];
export type StepRow = Tables["attemptSteps"]["$inferSelect"];
export type JobRow = Tables["jobs"]["$inferSelect"];
export type LinkRow = Tables["links"]["$inferSelect"];

export function payoutFromRow(row: PayoutRow, job: Job | null): Payout {
  return {
    merchantId: row.merchantId,
    payoutId: row.payoutId,
    merchantPayoutId: row.merchantPayoutId,
    status: row.status,
    amount: { minorAmount: row.minorAmount, currency: row.currency },
    destinationCurrency: row.destinationCurrency,
    destinationAmount:
      row.destinationMinorAmount === null
        ? null
        : { minorAmount: row.destinationMinorAmount, currency: row.destinationCurrency },
    connector: connectorRef(row.connector, row.connectorAccountId),
    routing: row.routing,
    connectorReferences: row.connectorReferences,
    connectorPayoutId: row.connectorPayoutId,
    recipientId: row.recipientId,
    disburseAccountId: row.disburseAccountId,
    payoutMethod: row.payoutMethod,
    priority: row.priority,
    fulfillment: row.fulfillment,
    description: row.description,
    metadata: row.metadata,
    quote: row.quote,
    linkId: row.linkId,
    error: row.error,
    waitingFor:
      row.waitReason === null || row.waitSince === null
        ? null
        : { reason: row.waitReason, since: row.waitSince },
    nextCheckTime: job?.runAt ?? null,
    createTime: row.createTime,
    updateTime: row.updateTime,
    livemode: row.livemode,
    version: row.version,
  };
}

/** The columns that can change, from an aggregate. */
export function mutableColumns({ payout, voidRequest, newsSequence }: PayoutAggregate) {
  return {
    status: payout.status,
    destinationMinorAmount: payout.destinationAmount?.minorAmount ?? null,
    connector: connectorNameOf(payout.connector),
    connectorAccountId: connectorAccountOf(payout.connector),
    routing: payout.routing,
    connectorReferences: payout.connectorReferences,
    connectorPayoutId: payout.connectorPayoutId,
    recipientId: payout.recipientId,
    disburseAccountId: payout.disburseAccountId,
    payoutMethod: payout.payoutMethod,
    quote: payout.quote,
    error: payout.error,
    waitReason: payout.waitingFor?.reason ?? null,
    waitSince: payout.waitingFor?.since ?? null,
    voidRequest,
    newsSequence,
  } satisfies Partial<PayoutRow>;
}

export function payoutToRow(
  aggregate: PayoutAggregate,
  rest: Pick<PayoutRow, "destinationSecret" | "stageFingerprint" | "eventSequence">,
): PayoutRow {
  const { payout } = aggregate;
  return {
    ...mutableColumns(aggregate),
    ...rest,
    payoutId: payout.payoutId,
    merchantId: payout.merchantId,
    merchantPayoutId: payout.merchantPayoutId,
    minorAmount: payout.amount.minorAmount,
    currency: payout.amount.currency,
    destinationCurrency: payout.destinationCurrency,
    priority: payout.priority,
    fulfillment: payout.fulfillment,
    description: payout.description,
    metadata: payout.metadata,
    linkId: payout.linkId,
    livemode: payout.livemode,
    createTime: payout.createTime,
    updateTime: payout.updateTime,
    version: payout.version,
  };
}

export function attemptFromRows(row: AttemptRow, steps: readonly StepRow[]): Attempt {
  const { attemptId, number, connector, state, createTime, endTime } = row;
  return {
    attemptId,
    number,
    connector,
    state,
    createTime,
    endTime,
    steps: steps.filter((step) => step.attemptId === attemptId).map(stepFromRow),
  };
}

function stepFromRow({ attemptId: _, ...step }: StepRow): AttemptStep {
  return step;
}

export function jobFromRow(row: JobRow): Job {
  return {
    runAt: row.runAt,
    tries: row.tries,
    lease:
      row.leaseToken === null || row.leaseUntil === null
        ? null
        : { token: row.leaseToken, until: row.leaseUntil },
  };
}

export function linkFromRow(row: LinkRow): PayoutLink {
  return {
    merchantId: row.merchantId,
    linkId: row.linkId,
    payoutId: row.payoutId,
    host: row.host,
    state: row.state,
    allowedMethods: row.allowedMethods,
    returnUrl: row.returnUrl,
    locale: row.locale,
    requiresClaimCode: row.claimCodeHash !== null,
    locked: row.wrongClaimCodes >= limits.claimCodes.inAll,
    allowedOrigins: row.allowedOrigins,
    tokenVersion: row.tokenVersion,
    expireTime: row.expireTime,
    claimTime: row.claimTime,
    createTime: row.createTime,
    updateTime: row.updateTime,
    livemode: row.livemode,
  };
}
