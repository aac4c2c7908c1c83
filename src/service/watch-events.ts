import { connectorNameOf } from "../domain/connector-ref.ts";
import { ServiceError } from "../domain/errors.ts";
import type { PayoutEvent } from "../domain/event.ts";
import type { PayoutStatus } from "../domain/payout.ts";
import { limits } from "../limits.ts";
import type { Caller } from "./call.ts";
import type { EventFeed } from "./event-feed.ts";
import { requireId } from "./require-id.ts";
import type { ServiceContext } from "./service-context.ts";
import { merchantTopic } from "./signals.ts";

export interface WatchEvents {
  /** Start after this event; null starts now. */
  readonly afterEventId: string | null;
  readonly type: readonly string[];
  readonly status: readonly PayoutStatus[];
  readonly connector: string | null;
  readonly recipientId: string | null;
  readonly merchantPayoutId: string | null;
  readonly currency: string | null;
}

/**
 * Streams a merchant's events in the order in which they were committed, until the signal aborts;
 * null is a heartbeat. Takes a batch at a time and only when the last one has been taken: a slow
 * reader costs no memory here.
 *
 * @param stillMay throws once the caller may not read any more; asked as often as heartbeats come,
 * so that a stream does not outlive its key by long
 * @throws ServiceError EVENT_NOT_FOUND when `afterEventId` is none of the merchant's; OVERLOADED
 */
export async function* watchEvents(
  context: ServiceContext,
  feeds: EventFeed,
  { merchantId }: Caller,
  request: WatchEvents,
  signal: AbortSignal,
  stillMay: () => Promise<unknown>,
): AsyncGenerator<PayoutEvent | null> {
  const { repository, signals, clock, pollMs } = context;
  const { afterEventId } = request;
  if (afterEventId !== null) requireId("event", afterEventId, "after_event_id");
  if (request.recipientId !== null) requireId("recipient", request.recipientId, "recipient_id");
  let position = await repository.events.position(merchantId, afterEventId);
  if (position === null) throw new ServiceError("EVENT_NOT_FOUND");
  const feed = await feeds.open(merchantId);
  try {
    // Says at once that the stream stands: whatever happens from here on is on it.
    yield null;
    let heartbeatAt = clock.now() + limits.watch.heartbeatMs;
    let askAt = heartbeatAt;
    while (!signal.aborted) {
      if (clock.now() >= askAt) {
        await stillMay();
        askAt = clock.now() + limits.watch.heartbeatMs;
      }
      const wait = signals.nextForService(merchantTopic(merchantId), pollMs, signal);
      try {
        await feed.advance();
        const batch = await feed.after(position);
        for (const { position: at, event } of batch) {
          position = at;
          if (!matches(request, event)) continue;
          yield event;
          heartbeatAt = clock.now() + limits.watch.heartbeatMs;
        }
        if (batch.length > 0) continue;
        if (clock.now() >= heartbeatAt) {
          yield null;
          heartbeatAt = clock.now() + limits.watch.heartbeatMs;
        }
        await wait.settled;
      } finally {
        wait.cancel();
      }
    }
  } finally {
    feeds.close(merchantId, feed);
  }
}

function matches(request: WatchEvents, { type, resource }: PayoutEvent): boolean {
  if (request.type.length > 0 && !request.type.includes(type)) return false;
  const { status, connector, recipientId, merchantPayoutId, currency } = request;
  const any =
    status.length === 0 &&
    [connector, recipientId, merchantPayoutId, currency].every((f) => f === null);
  if (any) return true;
  if (resource.kind !== "payout") return false;
  const { payout } = resource;
  return (
    (status.length === 0 || status.includes(payout.status)) &&
    (connector === null || connectorNameOf(payout.connector) === connector) &&
    (recipientId === null || payout.recipientId === recipientId) &&
    (merchantPayoutId === null || payout.merchantPayoutId === merchantPayoutId) &&
    (currency === null || payout.amount.currency === currency)
  );
}
