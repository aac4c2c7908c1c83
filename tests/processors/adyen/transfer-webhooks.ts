import type { Clock } from "../../../src/clock.ts";
import type { Violation } from "../support/violation.ts";
import { WebhookSender } from "../support/webhook-sender.ts";
import { publishedWebhooks } from "./documents.ts";
import { type WebhookSecrets, webhookHeaders } from "./signature.ts";
import type { Transfer } from "./transfer.ts";
import { isoTime, type Owner, transferDataView } from "./views.ts";

/**
 * The two webhooks of a transfer. The first tells that it was created, every later one carries the whole
 * transfer as it is then, with a number that rises: whoever has seen a higher one may drop it.
 */
export class TransferWebhooks {
  readonly sender: WebhookSender;
  readonly #clock: Clock;
  readonly #owner: Owner;
  readonly #note: (violations: readonly Violation[]) => void;

  constructor(
    clock: Clock,
    secrets: WebhookSecrets,
    owner: Owner,
    note: (violations: readonly Violation[]) => void,
  ) {
    this.#clock = clock;
    this.#owner = owner;
    this.#note = note;
    this.sender = new WebhookSender({
      clock,
      sign: ({ raw }) => webhookHeaders(raw, secrets),
      // The document takes any 2xx; older configurations want the word, and it harms in neither.
      accepted: (status, body) => status >= 200 && status < 300 && body.includes("[accepted]"),
    });
  }

  tell(transfer: Transfer): void {
    const { sequenceNumber } = transfer;
    const type = `balancePlatform.transfer.${sequenceNumber === 1 ? "created" : "updated"}`;
    const { raw } = this.sender.enqueue({
      id: `${transfer.id}-${sequenceNumber}`,
      type,
      body: {
        type,
        environment: "test",
        timestamp: isoTime(this.#clock.now()),
        data: transferDataView(transfer, this.#owner),
      },
    });
    this.#note(publishedWebhooks?.checkWebhook(type, JSON.parse(raw.toString())) ?? []);
  }
}
