import type { Clock } from "../../clock.ts";
import type { PayoutEvent } from "../../domain/event.ts";
import type { WebhookAttempt, WebhookDelivery, WebhookFailure } from "../../domain/webhook.ts";
import { afterAttempt, readRetryAfter } from "../../domain/webhook-retry.ts";
import { limits } from "../../limits.ts";
import type { Exchanged, GuardedHttp } from "../../net/guarded-http.ts";
import { LeaseLostError } from "../../repository/repository.ts";
import type { ClaimedDelivery, OutgoingEvent, WebhookOutbox } from "../../repository/webhooks.ts";
import type { Logger } from "../../telemetry/logger.ts";
import { webhookHeaders, webhookSignature } from "./sign.ts";

export interface WebhookSenderOptions {
  readonly outbox: Pick<WebhookOutbox, "open" | "record">;
  readonly http: GuardedHttp;
  readonly clock: Clock;
  readonly log: Logger;
  /** At least 0 and less than 1, drawn anew at each call. */
  readonly chance: () => number;
  /** An event as its endpoints get it: the same text for the same event, whenever it is asked for. */
  readonly render: (event: PayoutEvent) => string;
}

/** Sends deliveries that were claimed, and records what came of them. */
export class WebhookSender {
  readonly #options: WebhookSenderOptions;
  readonly #running = new Set<Promise<unknown>>();
  readonly #stop = new AbortController();

  constructor(options: WebhookSenderOptions) {
    this.#options = options;
  }

  /** Requests that are under way. */
  get running(): number {
    return this.#running.size;
  }

  /** The delivery as it then is; null when it was not sent, or what came of it could not be recorded. */
  send(claimed: ClaimedDelivery): Promise<WebhookDelivery | null> {
    const sending = this.#send(claimed).catch((error: unknown) => {
      const { log } = this.#options;
      // Whoever claims it next sends it again: that is what the same id is for.
      if (error instanceof LeaseLostError)
        log.debug({ delivery: claimed.deliveryId }, "taken over");
      else log.warn({ err: error, delivery: claimed.deliveryId }, "a webhook was not recorded");
      return null;
    });
    this.#running.add(sending);
    void sending.then(() => this.#running.delete(sending));
    return sending;
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await Promise.all(this.#running);
  }

  /** Gives up what is under way; it is sent again when its lease has ended. */
  stop(): void {
    this.#stop.abort();
  }

  async #send(claimed: ClaimedDelivery): Promise<WebhookDelivery | null> {
    const { outbox, clock, log, chance } = this.#options;
    const outgoing = await outbox.open(claimed);
    // Whoever slept through its lease sends nothing: somebody else may be at it.
    const isInTime = claimed.leaseUntil - clock.now() >= limits.webhooksOut.exchangeMs;
    if (outgoing === null || !isInTime) return null;
    const { attempt, retryAfter } = await this.#exchange(outgoing);
    if (this.#stop.signal.aborted && attempt.failure === "TIMEOUT") return null;
    const now = clock.now();
    const terms = { now, wishMs: readRetryAfter(retryAfter, now), chance: chance() };
    const { delivery, hasGivenUp } = await outbox.record(claimed, attempt, (current) =>
      afterAttempt(current, attempt, terms),
    );
    const { endpointId: endpoint, deliveryId } = claimed;
    if (attempt.failure !== null) {
      log.debug({ endpoint, delivery: deliveryId, failure: attempt.failure }, "webhook failed");
    }
    if (hasGivenUp) log.info({ endpoint }, "webhook endpoint disabled");
    return delivery;
  }

  async #exchange({ event, url, secrets }: OutgoingEvent): Promise<{
    readonly attempt: WebhookAttempt;
    readonly retryAfter: string;
  }> {
    const { http, clock, render } = this.#options;
    const body = render(event);
    const startTime = clock.now();
    const requestHeaders = webhookHeaders(event.eventId, startTime);
    const signature = webhookSignature(secrets, event.eventId, startTime, body);
    const deadline = new AbortController();
    const cancel = clock.after(limits.webhooksOut.exchangeMs, () => deadline.abort());
    const exchanged = await http.post({
      url: new URL(url),
      headers: { ...requestHeaders, "webhook-signature": signature },
      body,
      signal: AbortSignal.any([deadline.signal, this.#stop.signal]),
    });
    cancel();
    return {
      attempt: {
        startTime,
        durationMs: Math.max(0, clock.now() - startTime),
        statusCode: exchanged.status,
        failure: failureOf(exchanged),
        requestHeaders,
        answer: beginningOf(exchanged.body),
      },
      retryAfter: exchanged.retryAfter,
    };
  }
}

function failureOf({ status, failure }: Exchanged): WebhookFailure | null {
  // It has said that it wants no more, whole or not.
  if (status === 410) return "GONE_410";
  if (failure !== null) return failure;
  if (status !== null && status >= 200 && status < 300) return null;
  return status !== null && status >= 300 && status < 400 ? "REDIRECTED" : "STATUS_NOT_2XX";
}

/** As text: what is no UTF-8 is replaced, and a character that was cut in two is left out. */
function beginningOf(body: Uint8Array): string {
  return new TextDecoder().decode(body.subarray(0, limits.webhooksOut.keptAnswerBytes), {
    stream: true,
  });
}
