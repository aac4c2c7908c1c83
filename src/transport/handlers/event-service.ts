import type { ServiceImpl } from "@connectrpc/connect";
import type { EventService } from "../../../gen/payout/v1/event_service_pb.js";
import { getEvent, listEvents } from "../../service/lists.ts";
import type { ServiceContext } from "../../service/service-context.ts";
import { toEvent } from "../mapping/event.ts";
import { fromTimestamp, orNull } from "../mapping/scalars.ts";
import { callerOf } from "../read-call.ts";

/** EventService: translates, and leaves everything else to the use cases. */
export function eventService(services: ServiceContext): ServiceImpl<typeof EventService> {
  return {
    listEvents: async (request, context) => {
      const { items, nextPageToken } = await listEvents(services, callerOf(context), {
        type: request.type,
        objectId: orNull(request.objectId),
        createTimeFrom: fromTimestamp(request.createTimeFrom),
        createTimeTo: fromTimestamp(request.createTimeTo),
        pageSize: request.pageSize,
        pageToken: request.pageToken,
      });
      return { events: items.map(toEvent), nextPageToken };
    },

    getEvent: async ({ eventId }, context) => ({
      event: toEvent(await getEvent(services, callerOf(context), eventId)),
    }),
  };
}
