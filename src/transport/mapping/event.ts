import { create, type MessageInitShape, toJson } from "@bufbuild/protobuf";
import { type Event, type EventDataSchema, EventSchema } from "../../../gen/payout/v1/event_pb.js";
import type { PayoutEvent, Resource } from "../../domain/event.ts";
import { toPayoutLink } from "./link.ts";
import { toPayout } from "./payout.ts";
import { toDisburseAccount, toRecipient } from "./recipient.ts";
import { toTimestamp } from "./scalars.ts";
import { toWebhookEndpoint } from "./webhook.ts";

export function toEvent(event: PayoutEvent): MessageInitShape<typeof EventSchema> {
  return {
    eventId: event.eventId,
    type: event.type,
    sequence: event.sequence,
    createTime: toTimestamp(event.createTime),
    livemode: event.livemode,
    previousStatus: event.previousStatus,
    data: toEventData(event.resource),
  };
}

const MESSAGES = new WeakMap<PayoutEvent, Event>();

/** The same as a message that every stream shares: built once for each event. */
export function toEventMessage(event: PayoutEvent): Event {
  const known = MESSAGES.get(event);
  if (known !== undefined) return known;
  const message = create(EventSchema, toEvent(event));
  MESSAGES.set(event, message);
  return message;
}

/** The text of an event's JSON, the same that EventService answers over REST. */
export function toEventText(event: PayoutEvent): string {
  return JSON.stringify(toJson(EventSchema, toEventMessage(event), { alwaysEmitImplicit: true }));
}

function toEventData(resource: Resource): MessageInitShape<typeof EventDataSchema> {
  switch (resource.kind) {
    case "payout":
      return { resource: { case: "payout", value: toPayout(resource.payout) } };
    case "recipient":
      return { resource: { case: "recipient", value: toRecipient(resource.recipient) } };
    case "disburse_account":
      return {
        resource: { case: "disburseAccount", value: toDisburseAccount(resource.disburseAccount) },
      };
    case "payout_link":
      return { resource: { case: "payoutLink", value: toPayoutLink(resource.payoutLink) } };
    case "webhook_endpoint":
      return {
        resource: { case: "webhookEndpoint", value: toWebhookEndpoint(resource.webhookEndpoint) },
      };
  }
}
