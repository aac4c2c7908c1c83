import type { Clock } from "../../../src/clock.ts";
import { FakeProcessor } from "../support/fake-processor.ts";
import type { IdSource } from "../support/ids.ts";
import type { WebhookSender } from "../support/webhook-sender.ts";
import { BankRun } from "./bank-run.ts";
import { type Customer, Customers } from "./customers.ts";
import { serveCustomers } from "./customers-api.ts";
import { documentedDeviations, noteStatuses, publishedApi } from "./documents.ts";
import { Events } from "./events.ts";
import { FundingSources } from "./funding-sources.ts";
import { serveFundingSources } from "./funding-sources-api.ts";
import { Hal, halType } from "./hal.ts";
import { idempotency } from "./idempotency.ts";
import { type MassPayment, MassPayments } from "./mass-payments.ts";
import { serveMassPayments } from "./mass-payments-api.ts";
import { notFound, refusable } from "./refusal.ts";
import { returnCode } from "./return-codes.ts";
import { Subscriptions } from "./subscriptions.ts";
import { type Credentials, Tokens } from "./tokens.ts";
import type { Known } from "./transfer-request.ts";
import { type Balance, type Transfer, Transfers } from "./transfers.ts";
import { serveTransfers } from "./transfers-api.ts";

/*
 * A small Dwolla: tokens, customers, bank accounts, transfers, mass payments, events and signed webhooks on
 * one loopback port, with a balance that adds up. Every call, every reply and every webhook body is
 * checked against the published document.
 *
 * Nothing happens by itself: commands on the fake say what banks do, or POST /sandbox-simulations lets
 * them do what they would. Run by hand (`node tests/processors/dwolla/main.ts`) they do it after a second.
 *
 *   name of the destination's bank account    what the bank does
 *     R01, R03, ... (./return-codes.ts)       returns the transfer instead of taking it
 *     R03-late                                takes it, and returns it at the next run
 *   last two digits of the amount             the same, for those who cannot choose the name
 *     01, 02, 03, 04, 10, 16, 20, 23          returns it with that code
 *     51, 52, 53, 54, 60, 66, 70, 73          takes it, and returns it later with the code less 50
 *   first name of a customer of type personal
 *     retry, kba, document, suspended         the status that the check of the person ends with
 */

export interface FakeDwollaOptions {
  readonly clock?: Clock;
  readonly port?: number;
  readonly credentials?: Credentials;
  readonly webhookSecret?: string;
  /** By default the same ids and tokens in every fake. */
  readonly ids?: IdSource;
  /** Lets banks move by themselves, so many milliseconds of the fake's clock after each payment. */
  readonly stepMs?: number;
}

export class FakeDwolla {
  readonly http: FakeProcessor;
  readonly webhooks: WebhookSender;
  readonly credentials: Credentials;
  readonly accountId: string;
  /** The platform's balance and its bank: the two sources that payments can come from. */
  readonly balanceSourceId: string;
  readonly bankSourceId: string;
  /** The most that one transfer may move, in cents. */
  transferLimitCents = 10_000_00n;
  /** The guides want keys on every POST; the document has the header on two. True follows the guides. */
  keysOnEveryPost = false;
  readonly #hal: Hal;
  readonly #balance: Balance = { cents: 0n };
  readonly #tokens: Tokens;
  readonly #subscriptions: Subscriptions;
  readonly #events: Events;
  readonly #customers: Customers;
  readonly #sources: FundingSources;
  readonly #transfers: Transfers;
  readonly #massPayments: MassPayments;

  /** Starts it; close with `http.close()`. */
  static async open(options: FakeDwollaOptions = {}): Promise<FakeDwolla> {
    const fake = new FakeDwolla(options);
    await fake.http.listen(options.port);
    return fake;
  }

  private constructor(options: FakeDwollaOptions) {
    this.credentials = options.credentials ?? { clientId: "test-id", clientSecret: "test-secret" };
    this.http = new FakeProcessor({
      apis: [publishedApi],
      deviations: documentedDeviations,
      jsonType: halType,
      errorBody: () => ({ code: "ServerError", message: "A server error occurred." }),
      ...(options.clock ? { clock: options.clock } : {}),
      ...(options.ids ? { ids: options.ids } : {}),
    });
    const { clock, ids } = this.http;
    this.accountId = ids.uuid();
    this.#hal = new Hal(() => this.http.url);
    this.#tokens = new Tokens(clock, ids, this.credentials);
    this.#subscriptions = new Subscriptions(clock, ids, options.webhookSecret ?? "webhook-secret");
    this.#events = new Events({
      clock,
      ids,
      hal: this.#hal,
      accountId: this.accountId,
      secret: () => this.#subscriptions.secret,
      note: (violations) => this.http.violations.push(...violations),
    });
    this.webhooks = this.#events.webhooks;
    this.#customers = new Customers(clock, ids, this.#events);
    this.#sources = new FundingSources(clock, ids, this.#events);
    this.#transfers = new Transfers(clock, ids, this.#events, this.#balance);
    this.#massPayments = new MassPayments(clock, ids, this.#events, this.#transfers);
    this.balanceSourceId = this.#sources.addOwn("balance", "Balance").id;
    this.bankSourceId = this.#sources.addOwn("bank", "Platform's checking").id;
    this.#serve(options);
  }

  /** The secret that webhooks are signed with now: the subscription's, or the one of the options. */
  get webhookSecret(): string {
    return this.#subscriptions.secret;
  }
  /** Signs with another secret from now on, as when a new subscription takes an old one's place. */
  rotateWebhookSecret(secret: string): void {
    this.#subscriptions.usualSecret = secret;
  }
  /** The address of a resource, such as `funding-sources/...`. */
  href(path: string): string {
    return this.#hal.href(path);
  }
  get balanceCents(): bigint {
    return this.#balance.cents;
  }
  fund(cents: bigint): void {
    this.#balance.cents += cents;
  }
  /** Ends all tokens before their time. */
  revokeTokens(): void {
    this.#tokens.revokeAll();
  }

  customer(id: string): Customer {
    return found(this.#customers.find(id), "customer", id);
  }
  /** Throws for a status that the document does not have for the customer's type. */
  setCustomerStatus(id: string, status: string): void {
    this.#customers.setStatus(this.customer(id), status);
  }
  /** The processor takes the bank account away, as after a return. */
  removeBank(id: string): void {
    this.#sources.remove(found(this.#sources.find(id), "funding source", id));
  }

  transfer(id: string): Transfer {
    return found(this.#transfers.find(id), "transfer", id);
  }
  /** All transfers, in the order of their creation. */
  get transfers(): Transfer[] {
    return this.#transfers.all();
  }
  /** The transfer is on its way to the bank: still pending, but too late to cancel. */
  send(id: string): void {
    this.transfer(id).sent = true;
  }
  process(id: string): void {
    this.#transfers.process(this.transfer(id));
  }
  /** The bank does not take a pending transfer. */
  fail(id: string, code = "R03"): void {
    if (this.transfer(id).status !== "pending") throw new Error(`transfer ${id} is not pending`);
    this.#comeBack(id, code);
  }
  /** The bank sends a processed transfer back, days later. */
  return(id: string, code = "R03"): void {
    if (this.transfer(id).status !== "processed") this.process(id);
    this.#comeBack(id, code);
  }
  /** The processor cancels it by itself, or somebody at its dashboard does. */
  cancel(id: string): void {
    this.#transfers.cancel(this.transfer(id));
  }

  massPayment(id: string): MassPayment {
    return found(this.#massPayments.find(id), "mass payment", id);
  }
  get massPayments(): MassPayment[] {
    return this.#massPayments.all();
  }
  /** From pending to processing. */
  startMassPayment(id: string): void {
    this.#massPayments.start(this.massPayment(id));
  }
  /** Makes the items' transfers, which are pending then. */
  completeMassPayment(id: string): void {
    this.#massPayments.complete(this.massPayment(id));
  }

  #comeBack(id: string, code: string): void {
    const transfer = this.transfer(id);
    this.#transfers.fail(transfer, code);
    const { destination } = transfer;
    const { consequence } = returnCode(code);
    if (consequence === "remove-bank" && !destination.removed) this.#sources.remove(destination);
    if (consequence === "deactivate-customer" && destination.customerId !== undefined) {
      this.setCustomerStatus(destination.customerId, "deactivated");
    }
  }

  #serve({ stepMs }: FakeDwollaOptions): void {
    const { http } = this;
    const hal = this.#hal;
    const known: Known = {
      hal,
      sources: this.#sources,
      customers: this.#customers,
      limitCents: () => this.transferLimitCents,
    };
    http.use(noteStatuses(http));
    this.#tokens.serve(http);
    http.use(idempotency(http.clock, () => this.keysOnEveryPost));
    const banks = new BankRun(this);
    banks.serve(http, hal);
    const soon = stepMs === undefined ? () => {} : banks.scheduled(http.clock, stepMs);
    serveCustomers(http, this.#customers, hal);
    serveFundingSources(http, this.#sources, this.#customers, hal);
    serveTransfers(http, this.#transfers, known, this.accountId, soon);
    serveMassPayments(http, this.#massPayments, known, soon);
    this.#subscriptions.serve(http, hal, () => this.webhooks);
    http.route("GET", "/", () => ({ status: 200, body: { _links: this.#rootLinks() } }));
    http.route(
      "GET",
      "/events/{id}",
      refusable(({ params }) => {
        const event = this.#events.find(params["id"] ?? "");
        if (!event) throw notFound();
        return { status: 200, body: event };
      }),
    );
  }

  #rootLinks() {
    const hal = this.#hal;
    return {
      account: hal.link(`accounts/${this.accountId}`, "account"),
      customers: hal.link("customers", "customer"),
      "mass-payments": hal.link("mass-payments", "mass-payment"),
      transfers: hal.link("transfers", "transfer"),
      "webhook-subscriptions": hal.link("webhook-subscriptions", "webhook-subscription"),
    };
  }
}

function found<T>(value: T | undefined, what: string, id: string): T {
  if (value === undefined) throw new Error(`no ${what} ${id}`);
  return value;
}
