import type { Clock } from "../../../src/clock.ts";
import type { IdSource } from "../support/ids.ts";
import { WebhookSender } from "../support/webhook-sender.ts";
import { stripeSignature } from "./signature.ts";
import { type Cause, nowSeconds } from "./world.ts";

export const apiVersion = "2023-08-16";

/** Secrets of the two kinds of endpoints; several while one is being rolled. */
export interface WebhookSecrets {
  /** For events of the platform's own account. */
  platform: string[];
  /** For events of connected accounts. */
  connect: string[];
}

/** Makes events and hands them to the webhook sender. */
export class Events {
  readonly webhooks: WebhookSender;
  readonly #clock: Clock;
  readonly #ids: IdSource;

  constructor(clock: Clock, ids: IdSource, secrets: WebhookSecrets) {
    this.#clock = clock;
    this.#ids = ids;
    this.webhooks = new WebhookSender({
      clock,
      contentType: "application/json; charset=utf-8",
      sign: ({ raw, note }, now) => ({
        "stripe-signature": stripeSignature(
          raw,
          note?.["account"] ? secrets.connect : secrets.platform,
          now,
        ),
      }),
    });
  }

  /** An event of a connected account carries it at the top; one of the platform carries none. */
  publish(
    type: string,
    object: unknown,
    more: { account?: string | undefined; cause?: Cause; previous?: unknown } = {},
  ): void {
    const { account, cause, previous } = more;
    const id = this.#ids.next("evt_");
    this.webhooks.enqueue({
      id,
      type,
      ...(account ? { note: { account } } : {}),
      body: {
        id,
        object: "event",
        ...(account ? { account } : {}),
        api_version: apiVersion,
        created: nowSeconds(this.#clock),
        data: { object, ...(previous ? { previous_attributes: previous } : {}) },
        livemode: false,
        pending_webhooks: 1,
        request: cause ?? { id: null, idempotency_key: null },
        type,
      },
    });
  }
}
