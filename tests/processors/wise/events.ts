import { amount, iso } from "./quotes.ts";
import type { Move, Transfer } from "./transfers.ts";

/** What can be subscribed to. Of these, the published document describes the first only. */
export const eventTypes = [
  "transfers#state-change",
  "transfers#payout-failure",
  "transfers#refund",
] as const;
export type EventType = (typeof eventTypes)[number];

/** Version 2 tells times in whole seconds, version 4 with their thousandths. */
export type StateChangeVersion = "2.0.0" | "4.0.0";

export interface Envelope {
  readonly subscription: string;
  readonly sentAt: number;
}

/** Times of two moves in one second are the same in version 2.0.0: the order is then not to be had. */
export function stateChange(move: Move, version: StateChangeVersion, envelope: Envelope) {
  const time = version === "2.0.0" ? iso : (ms: number) => new Date(ms).toISOString();
  return {
    data: {
      resource: resourceOf(move.transfer),
      current_state: move.to,
      previous_state: move.from,
      occurred_at: time(move.at),
    },
    subscription_id: envelope.subscription,
    event_type: "transfers#state-change",
    schema_version: version,
    sent_at: time(envelope.sentAt),
  };
}

/** It has no resource, and its time is written with an offset: both as in the processor's example. */
export function payoutFailure(transfer: Transfer, reason: string, at: number, envelope: Envelope) {
  return {
    data: {
      transfer_id: transfer.id,
      profile_id: transfer.profile,
      failure_reason_code: reason,
      failure_description: `The payout failed: ${reason}`,
      occurred_at: new Date(at).toISOString().replace("Z", "+00:00"),
    },
    subscription_id: envelope.subscription,
    event_type: "transfers#payout-failure",
    schema_version: "2.0.0",
    sent_at: iso(envelope.sentAt),
  };
}

/** Tells all that went back to the customer, fees included. */
export function refund(transfer: Transfer, at: number, envelope: Envelope) {
  const { source, sourceMinor } = transfer.quote;
  return {
    data: {
      resource: {
        ...resourceOf(transfer),
        refund_amount: amount(sourceMinor, source),
        refund_currency: source,
      },
      occurred_at: iso(at),
    },
    subscription_id: envelope.subscription,
    event_type: "transfers#refund",
    schema_version: "1.0.0",
    sent_at: iso(envelope.sentAt),
  };
}

function resourceOf(transfer: Transfer) {
  return {
    type: "transfer",
    id: transfer.id,
    profile_id: transfer.profile,
    account_id: transfer.targetAccount,
  };
}
