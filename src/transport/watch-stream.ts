import type { Message } from "@bufbuild/protobuf";
import { EventSchema } from "../../gen/payout/v1/event_pb.js";
import { PayoutService, type WatchResponse } from "../../gen/payout/v1/payout_service_pb.js";
import type { EventStream } from "./rest/index.ts";

/** PayoutService.Watch as server-sent events: each is what webhooks and lists have, under its own id. */
export const watchStream: EventStream = {
  method: PayoutService.method.watch,
  resumeField: PayoutService.method.watch.input.field.afterEventId,
  toEvent: (message: Message) => {
    const { event } = message as WatchResponse;
    if (event === undefined) return null;
    return { id: event.eventId, event: event.type, data: event, schema: EventSchema };
  },
};
