import type { Clock } from "../../../src/clock.ts";
import { FakeProcessor } from "../support/fake-processor.ts";
import { countingIds } from "../support/ids.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { PublishedApi } from "../support/published-api.ts";
import { WebhookSender } from "../support/webhook-sender.ts";
import { Balances } from "./balances.ts";
import { deviations } from "./deviations.ts";
import {
  type Envelope,
  type EventType,
  payoutFailure,
  refund,
  type StateChangeVersion,
  stateChange,
} from "./events.ts";
import { Funding, type RepeatedFunding } from "./funding.ts";
import { Quotes } from "./quotes.ts";
import { Recipients } from "./recipients.ts";
import { Refusal, unauthorized } from "./refusal.ts";
import { addRoutes } from "./routes.ts";
import { type SigningKey, sharedSigningKey } from "./signature.ts";
import { normalCourse, refundCourse, type Status } from "./statuses.ts";
import { Subscriptions } from "./subscriptions.ts";
import { type Move, Transfers } from "./transfers.ts";
import { Walk } from "./walk.ts";

export interface WiseFakeOptions {
  readonly clock?: Clock;
  /** The bearer token that is let in. */
  readonly token?: string;
  /** The profile that the token belongs to; all others are forbidden. */
  readonly profile?: number;
  /** Opening balances in minor units; by default ten thousand units of GBP, EUR and USD each. */
  readonly balances?: Readonly<Record<string, bigint>>;
  readonly repeatedFunding?: RepeatedFunding;
  /** False answers every order to fund with 403, as personal tokens in the UK and the EEA get it. */
  readonly personalTokensMayFund?: boolean;
  /** Milliseconds between steps of a funded transfer; by default it stays where commands put it. */
  readonly stepMs?: number;
  readonly signingKey?: SigningKey;
}

/**
 * A fake of Wise's Platform API: quotes, recipients, transfers funded from a balance, webhooks.
 *
 * A test steers it by commands: `move`, `settle`, `fail`, `refund`, `chargeBack`, `askRecipient`,
 * `payoutFailure`, `next`. By hand (or with `stepMs`) transfers move by themselves, and a word in
 * `details.reference` tells where:
 *
 *     magic-reject        funding is answered 200 REJECTED, for want of money
 *     magic-sca           funding is answered 403, with a wish for a second factor
 *     magic-bounce        sent, bounced back (ACCOUNT_CLOSED), processing, cancelled, refunded
 *     magic-early-bounce  the same without having been sent (WRONG_ACCOUNT_NUMBER)
 *     magic-redeliver     sent, bounced back, processing, and sent again
 *     magic-recipient     stops at waiting_recipient_input_to_proceed
 *     magic-chargeback    sent, then charged back
 *     magic-new-word      stops at a status that no page knows
 *     magic-stuck         stays in processing
 *
 * A quote above a million units has no open payment option, and says why.
 */
export class WiseFake {
  readonly http: FakeProcessor;
  readonly webhooks: WebhookSender;
  readonly clock: Clock;
  readonly token: string;
  readonly profile: number;
  readonly balances = new Balances();
  readonly quotes: Quotes;
  readonly recipients: Recipients;
  readonly transfers: Transfers;
  readonly funding: Funding;
  readonly subscriptions: Subscriptions;
  /** What webhooks are verified with. */
  readonly webhookPublicKey: string;
  readonly #api = PublishedApi.load("wise");
  readonly #walk: Walk | undefined;

  constructor(options: WiseFakeOptions = {}) {
    this.clock = options.clock ?? new ManualClock();
    this.token = options.token ?? "wise-test-token";
    this.profile = options.profile ?? 30_000_000;
    this.#walk = options.stepMs === undefined ? undefined : this.#newWalk(options.stepMs);
    const ids = countingIds("wise");
    const { clock, balances } = this;
    this.http = new FakeProcessor({ apis: [this.#api], deviations, clock, ids });
    this.quotes = new Quotes(clock, ids);
    this.recipients = new Recipients(clock, ids);
    const { quotes, recipients } = this;
    const moved = (move: Move) => this.#tell(move);
    this.transfers = new Transfers({ clock, ids, quotes, recipients, balances, moved });
    const funding = {
      repeated: options.repeatedFunding ?? "invalid-state",
      personalTokensMayFund: options.personalTokensMayFund ?? true,
    };
    this.funding = new Funding(this.transfers, funding, () => ids.uuid());
    this.subscriptions = new Subscriptions(clock, ids, this.profile, (url) => {
      this.webhooks.url ??= url;
    });
    const key = options.signingKey ?? sharedSigningKey();
    this.webhookPublicKey = key.publicPem;
    this.webhooks = new WebhookSender({
      clock,
      sign: ({ id, raw }) => ({ "x-delivery-id": id, "x-signature-sha256": key.sign(raw) }),
      maxAttempts: 25,
    });
    const opening = options.balances ?? { GBP: 1_000_000n, EUR: 1_000_000n, USD: 1_000_000n };
    for (const [currency, minor] of Object.entries(opening)) balances.topUp(currency, minor);
    this.#guard();
    addRoutes(this);
  }

  async listen(port = 0): Promise<this> {
    await this.http.listen(port);
    return this;
  }

  close(): Promise<void> {
    return this.http.close();
  }

  get url(): string {
    return this.http.url;
  }

  /** The next order to fund is refused with HTTP 200, by default for want of money. */
  next(_outcome: "REJECTED", errorCode?: string): void {
    this.funding.rejectNext(errorCode);
  }

  /**
   * Sets any status, also an earlier one or a word that nobody knows. `at` is when the processor says
   * it happened, by default now: a step that is told late has an earlier one.
   */
  move(id: number, status: Status, at?: number): void {
    this.transfers.move(this.transfers.get(id), status, at);
  }

  /** Goes on to `outgoing_payment_sent`, funding by hand what was not funded. */
  settle(id: number): void {
    const transfer = this.transfers.get(id);
    if (transfer.money === "not-taken") this.fundByHand(id);
    const reached = normalCourse.indexOf(transfer.status);
    for (const status of normalCourse.slice(reached + 1)) this.move(id, status);
  }

  /** As a person does it on the processor's pages, where the API may not. Throws without money. */
  fundByHand(id: number): void {
    if (!this.transfers.fund(this.transfers.get(id)))
      throw new Error("the balance does not suffice");
  }

  /** The recipient's bank does not take it: a payout failure is told, and the money comes back. */
  fail(id: number, reason = "ACCOUNT_CLOSED"): void {
    this.payoutFailure(id, reason);
    this.move(id, "bounced_back");
  }

  /** A payout failure alone; as documented, the transfer's status may stay. */
  payoutFailure(id: number, reason: string): void {
    const transfer = this.transfers.get(id);
    const at = this.clock.now();
    this.#announce("transfers#payout-failure", (envelope) =>
      payoutFailure(transfer, reason, at, envelope),
    );
  }

  /** Gives the money back to the balance, after a bounce by way of `processing` and `cancelled`. */
  refund(id: number): void {
    const bounced = this.transfers.get(id).status === "bounced_back";
    for (const status of bounced ? refundCourse : ["funds_refunded"]) this.move(id, status);
  }

  chargeBack(id: number): void {
    this.move(id, "charged_back");
  }

  askRecipient(id: number): void {
    this.move(id, "waiting_recipient_input_to_proceed");
  }

  #guard(): void {
    this.http.use(async (request, next) => {
      try {
        if (request.headers["authorization"] !== `Bearer ${this.token}`) throw unauthorized();
        return await next();
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return { status: error.status, body: error.body, headers: error.headers };
      }
    });
  }

  #newWalk(stepMs: number): Walk {
    return new Walk({
      clock: this.clock,
      stepMs,
      move: (transfer, status) => this.transfers.move(transfer, status),
      payoutFailure: ({ id }, reason) => this.payoutFailure(id, reason),
    });
  }

  #tell(move: Move): void {
    const { transfer, to, at } = move;
    this.#announce("transfers#state-change", (envelope, version) =>
      stateChange(move, version, envelope),
    );
    if (to === "funds_refunded") {
      this.#announce("transfers#refund", (envelope) => refund(transfer, at, envelope));
    }
    this.#walk?.after(move);
  }

  #announce(
    type: EventType,
    write: (envelope: Envelope, version: StateChangeVersion) => unknown,
  ): void {
    const sentAt = this.clock.now();
    for (const { id, version } of this.subscriptions.listenersOf(type)) {
      const body = write({ subscription: id, sentAt }, version);
      this.webhooks.enqueue({ id: this.http.ids.uuid(), type, body });
    }
  }
}

export async function openWiseFake(
  options: WiseFakeOptions & { readonly port?: number } = {},
): Promise<WiseFake> {
  return new WiseFake(options).listen(options.port);
}
