import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  Attempt_State,
  type AttemptSchema,
  AttemptStep_Outcome,
  type AttemptStepSchema,
  Payout_Fulfillment,
  Payout_Priority,
  Payout_Status,
  PayoutError_Category,
  type PayoutErrorSchema,
  type PayoutSchema,
  WaitingFor_Actor,
  WaitingFor_Reason,
  type WaitingForSchema,
} from "../../../gen/payout/v1/payout_pb.js";
import type { Attempt, AttemptStep } from "../../domain/attempt.ts";
import { connectorAccountOf, connectorNameOf } from "../../domain/connector-ref.ts";
import {
  type Payout,
  type PayoutError,
  type PayoutStatus,
  waitingActor,
} from "../../domain/payout.ts";
import { etagOf } from "../../service/etag.ts";
import { fromEnum, toEnum } from "./enums.ts";
import { toPayoutMethod } from "./payout-method.ts";
import { toRouting } from "./routing.ts";
import { toMoney, toTimestamp } from "./scalars.ts";

/** What Get adds to a payout. */
export interface PayoutExtras {
  readonly attempts?: readonly Attempt[];
  readonly syncError?: PayoutError | null;
}

export function toPayout(
  payout: Payout,
  { attempts = [], syncError = null }: PayoutExtras = {},
): MessageInitShape<typeof PayoutSchema> {
  const { quote } = payout;
  return {
    payoutId: payout.payoutId,
    merchantPayoutId: payout.merchantPayoutId ?? "",
    status: toEnum(Payout_Status, payout.status),
    amount: toMoney(payout.amount),
    destinationCurrency: payout.destinationCurrency,
    destinationAmount: toMoney(payout.destinationAmount),
    connector: connectorNameOf(payout.connector),
    connectorAccountId: connectorAccountOf(payout.connector) ?? "",
    routing: toRouting(payout.routing),
    connectorReferences: payout.connectorReferences.map(({ kind, id }) => ({ kind, id })),
    connectorPayoutId: payout.connectorPayoutId ?? "",
    recipientId: payout.recipientId ?? "",
    disburseAccountId: payout.disburseAccountId ?? "",
    payoutMethod: toPayoutMethod(payout.payoutMethod),
    priority: payout.priority === null ? 0 : toEnum(Payout_Priority, payout.priority),
    fulfillment: toEnum(Payout_Fulfillment, payout.fulfillment),
    description: payout.description,
    metadata: payout.metadata,
    quote:
      quote === null
        ? undefined
        : {
            rate: quote.rate,
            fee: toMoney(quote.fee),
            destinationAmount: toMoney(quote.destinationAmount),
            expireTime: toTimestamp(quote.expireTime),
          },
    linkId: payout.linkId ?? "",
    error: toPayoutError(payout.error),
    waitingFor: toWaitingFor(payout),
    attempts: attempts.map(toAttempt),
    createTime: toTimestamp(payout.createTime),
    updateTime: toTimestamp(payout.updateTime),
    livemode: payout.livemode,
    etag: etagOf(payout.version),
    syncError: toPayoutError(syncError),
  };
}

export function fromStatuses(statuses: readonly Payout_Status[]): PayoutStatus[] {
  return statuses.flatMap((status) => fromEnum<PayoutStatus>(Payout_Status, status) ?? []);
}

function toWaitingFor({
  waitingFor,
  nextCheckTime,
}: Payout): MessageInitShape<typeof WaitingForSchema> | undefined {
  if (waitingFor === null) return undefined;
  return {
    reason: toEnum(WaitingFor_Reason, waitingFor.reason),
    since: toTimestamp(waitingFor.since),
    nextCheckTime: toTimestamp(nextCheckTime),
    who: toEnum(WaitingFor_Actor, waitingActor(waitingFor.reason)),
  };
}

function toPayoutError(
  error: PayoutError | null,
): MessageInitShape<typeof PayoutErrorSchema> | undefined {
  if (error === null) return undefined;
  return {
    category: toEnum(PayoutError_Category, error.category),
    reason: error.reason,
    message: error.message,
    connectorCode: error.connectorCode ?? "",
    connectorMessage: error.connectorMessage ?? "",
    connectorRequestId: error.connectorRequestId ?? "",
  };
}

function toAttempt(attempt: Attempt): MessageInitShape<typeof AttemptSchema> {
  return {
    attemptId: attempt.attemptId,
    number: attempt.number,
    connector: connectorNameOf(attempt.connector),
    connectorAccountId: connectorAccountOf(attempt.connector) ?? "",
    state: toEnum(Attempt_State, attempt.state),
    steps: attempt.steps.map((step) => toStep(step, attempt)),
    createTime: toTimestamp(attempt.createTime),
    endTime: toTimestamp(attempt.endTime),
  };
}

function toStep(step: AttemptStep, { steps }: Attempt): MessageInitShape<typeof AttemptStepSchema> {
  return {
    name: step.name,
    processorKey: step.processorKey,
    outcome: step.outcome === null ? 0 : toEnum(AttemptStep_Outcome, step.outcome),
    tries: step.tries,
    error: toPayoutError(step.error),
    startTime: toTimestamp(step.startTime),
    updateTime: toTimestamp(step.updateTime),
    undoes: steps.find(({ ordinal }) => ordinal === step.undoes)?.name ?? "",
  };
}
