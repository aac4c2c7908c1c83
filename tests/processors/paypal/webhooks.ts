import type { Clock } from "../../../src/clock.ts";
import type { CapturedRequest } from "../support/captured-request.ts";
import type { IdSource } from "../support/ids.ts";
import type { FakeReply } from "../support/reply.ts";
import { WebhookSender } from "../support/webhook-sender.ts";
import {
  type Batch,
  type Item,
  renderBatchHeader,
  renderItem,
  selfLink,
  timeText,
} from "./item.ts";
import { rawMember } from "./raw-member.ts";
import { signTransmission, verifyTransmission } from "./transmission.ts";

/** Tells what becomes of batches and items, and answers whether a delivery was its own. */
export class PayPalWebhooks {
  readonly sender: WebhookSender;
  /** The id of the subscription that is told, which the receiver has to know to verify. */
  webhookId = "8PT597110X687430LKGECATA";
  /** Subscriptions that were told before and are still there. */
  readonly olderWebhookIds: string[] = [];
  /** Where the certificate is said to be; a receiver trusts PayPal's own domain only. */
  certUrl = "https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-1d93a270";
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #base: () => string;

  constructor(clock: Clock, ids: IdSource, base: () => string) {
    this.#clock = clock;
    this.#ids = ids;
    this.#base = base;
    this.sender = new WebhookSender({
      clock,
      sign: ({ raw, note }, now) => {
        // A transmission's id stays over retries; its time does not.
        const id = note?.["transmission"] ?? "";
        const time = timeText(now);
        const transmission = { id, time, webhookId: this.webhookId };
        return {
          "paypal-transmission-id": id,
          "paypal-transmission-time": time,
          "paypal-transmission-sig": signTransmission(transmission, raw),
          "paypal-cert-url": this.certUrl,
          "paypal-auth-algo": "SHA256withRSA",
        };
      },
    });
  }

  tellBatch(batch: Batch, word: string): void {
    const resource = { batch_header: renderBatchHeader(batch) };
    const what = `/v1/payments/payouts/${batch.id}`;
    this.#tell(`PAYMENT.PAYOUTSBATCH.${word}`, "payouts", resource, what);
  }

  tellItem(item: Item, word: string): void {
    const what = `/v1/payments/payouts-item/${item.id}`;
    const resource = renderItem(item, this.#base());
    this.#tell(`PAYMENT.PAYOUTS-ITEM.${word}`, "payouts_item", resource, what);
  }

  /** The answer of POST /v1/notifications/verify-webhook-signature: 200 with SUCCESS or FAILURE. */
  verify(request: CapturedRequest): FakeReply {
    const body = request.body as Record<string, string>;
    const event = rawMember(request.raw.toString(), "webhook_event") ?? "";
    const transmission = {
      id: body["transmission_id"] ?? "",
      time: body["transmission_time"] ?? "",
      webhookId: body["webhook_id"] ?? "",
    };
    const own =
      [this.webhookId, ...this.olderWebhookIds].includes(transmission.webhookId) &&
      body["cert_url"] === this.certUrl &&
      body["auth_algo"] === "SHA256withRSA" &&
      verifyTransmission(transmission, Buffer.from(event), body["transmission_sig"] ?? "");
    return { status: 200, body: { verification_status: own ? "SUCCESS" : "FAILURE" } };
  }

  #tell(type: string, resourceType: string, resource: unknown, path: string): void {
    const id = this.#ids.next("WH-", 17).toUpperCase();
    this.sender.enqueue({
      id,
      type,
      note: { transmission: this.#ids.uuid() },
      body: {
        id,
        event_version: "1.0",
        create_time: new Date(this.#clock.now()).toISOString(),
        resource_type: resourceType,
        event_type: type,
        summary: "A payout has gone on.",
        resource,
        links: [selfLink(this.#base(), path)],
      },
    });
  }
}
