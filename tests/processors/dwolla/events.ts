import { createHmac } from "node:crypto";
import type { Clock } from "../../../src/clock.ts";
import type { IdSource } from "../support/ids.ts";
import { type Json, known } from "../support/json-fields.ts";
import type { Violation } from "../support/violation.ts";
import { WebhookSender } from "../support/webhook-sender.ts";
import { publishedApi } from "./documents.ts";
import type { Hal } from "./hal.ts";

/** What happened to a resource. The news itself is to be fetched from the resource. */
export interface NewEvent {
  /** Such as "customer_transfer_created". */
  readonly topic: string;
  /** "transfers", "customers", ... */
  readonly kind: string;
  readonly resourceId: string;
  readonly customerId?: string | undefined;
  /** Only transfers and their like have one. */
  readonly correlationId?: string | undefined;
}

/** Hexadecimal HMAC-SHA256 of the bytes that are sent. There is no time in it. */
export function requestSignature(raw: Buffer, secret: string): string {
  return createHmac("sha256", secret).update(raw).digest("hex");
}

export interface EventsOptions {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly hal: Hal;
  readonly accountId: string;
  readonly secret: () => string;
  readonly note: (violations: readonly Violation[]) => void;
}

/** All events, to be fetched by id, and the webhooks that carry them. */
export class Events {
  readonly webhooks: WebhookSender;
  readonly #options: EventsOptions;
  readonly #events = new Map<string, Json>();

  constructor(options: EventsOptions) {
    this.#options = options;
    this.webhooks = new WebhookSender({
      clock: options.clock,
      sign: ({ raw, type }) => ({
        "X-Dwolla-Topic": type,
        "X-Request-Signature-SHA-256": requestSignature(raw, options.secret()),
      }),
    });
  }

  find(id: string): Json | undefined {
    return this.#events.get(id);
  }

  tell(event: NewEvent): void {
    const { hal, ids, clock, accountId } = this.#options;
    const id = ids.uuid();
    const created = new Date(clock.now()).toISOString();
    const { topic, kind, resourceId, customerId, correlationId } = event;
    const body = known({
      id,
      resourceId,
      topic,
      timestamp: created,
      created,
      correlationId,
      _links: known({
        self: { href: hal.href(`events/${id}`) },
        account: { href: hal.href(`accounts/${accountId}`) },
        resource: { href: hal.href(`${kind}/${resourceId}`) },
        customer: customerId && { href: hal.href(`customers/${customerId}`) },
      }),
    });
    this.#events.set(id, body);
    this.webhooks.enqueue({ id, type: topic, body });
    this.#options.note(publishedApi?.checkSchema("Event", body) ?? []);
  }
}
