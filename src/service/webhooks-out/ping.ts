import { ServiceError } from "../../domain/errors.ts";
import { decodeSnapshot, encodeSnapshot } from "../../domain/snapshot.ts";
import type { WebhookDelivery } from "../../domain/webhook.ts";
import { limits } from "../../limits.ts";
import type { Answer, Call } from "../call.ts";
import { requireId } from "../require-id.ts";
import type { ServiceContext } from "../service-context.ts";
import { objectTopic } from "../signals.ts";
import type { WebhookSender } from "./sender.ts";

type Context = Pick<ServiceContext, "repository" | "clock" | "signals" | "pollMs"> & {
  readonly sender: WebhookSender;
};

/**
 * Sends an event to one endpoint alone and waits for what comes of it, as long as the caller does. A
 * repeat sends nothing: it waits for the first.
 *
 * @throws ServiceError WEBHOOK_ENDPOINT_NOT_FOUND, OVERLOADED
 */
export async function pingWebhookEndpoint(
  context: Context,
  call: Call,
  endpointId: string,
): Promise<Answer<WebhookDelivery>> {
  const { repository, sender } = context;
  requireId("webhookEndpoint", endpointId, "endpoint_id");
  const { claim, signal } = call;
  const { merchantId } = call.caller;
  if (sender.running >= limits.webhooksOut.exchanges) {
    throw new ServiceError("OVERLOADED", { retryAfterMs: 1000 });
  }
  const pinged = await repository.webhookOutbox.ping(
    { merchantId, endpointId },
    { claim, signal, leaseMs: limits.webhooksOut.leaseMs },
  );
  const replayed = pinged.kind === "replay";
  if (replayed && pinged.answer !== null) return { value: decodeSnapshot(pinged.answer), replayed };
  if (!replayed) void sender.send(pinged.claimed);
  const deliveryId = replayed ? pinged.subjectId : pinged.claimed.deliveryId;
  const delivery = await waitForDelivery(context, call, { merchantId, deliveryId });
  if (claim === null) return { value: delivery, replayed };
  const answer = await repository.idempotency.close(merchantId, claim, encodeSnapshot(delivery));
  return { value: decodeSnapshot(answer), replayed };
}

async function waitForDelivery(
  { repository, clock, signals, pollMs }: Context,
  { answerBy, signal }: Call,
  ref: { readonly merchantId: string; readonly deliveryId: string },
): Promise<WebhookDelivery> {
  for (;;) {
    const remaining = answerBy - clock.now();
    const wait = signals.next(
      objectTopic(ref.deliveryId),
      Math.max(0, Math.min(pollMs, remaining)),
      signal,
    );
    try {
      const delivery = await repository.webhookDeliveries.find(ref);
      if (delivery === null) throw new ServiceError("WEBHOOK_DELIVERY_NOT_FOUND");
      if (delivery.state !== "PENDING" || remaining <= 0 || signal.aborted) return delivery;
      await wait.settled;
    } finally {
      wait.cancel();
    }
  }
}
