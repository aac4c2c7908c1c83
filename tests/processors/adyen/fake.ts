import type { Clock } from "../../../src/clock.ts";
import { FakeProcessor } from "../support/fake-processor.ts";
import { at, type Json, textAt } from "../support/json-fields.ts";
import { isKnown, type KnownDeviation } from "../support/violation.ts";
import type { WebhookSender } from "../support/webhook-sender.ts";
import { apiKey } from "./api-key.ts";
import { Books } from "./books.ts";
import { Accounts, serveConfiguration } from "./configuration-api.ts";
import { CoursePlayer } from "./courses.ts";
import { documentedDeviations, publishedApis } from "./documents.ts";
import { HostedOnboarding, onboardingPath } from "./hosted-onboarding.ts";
import { idempotency } from "./idempotency.ts";
import { LegalEntities, type LegalEntity, nameOf, type Verification } from "./legal-entities.ts";
import { serveLegalEntities } from "./legal-entity-api.ts";
import { Lifecycle } from "./lifecycle.ts";
import { configurationPrefix, legalEntityPrefix, transfersPrefix } from "./prefixes.ts";
import { Reviews } from "./reviews.ts";
import { countryOf, type MoneyRoute, someRoutes } from "./routes.ts";
import type { WebhookSecrets } from "./signature.ts";
import type { ReviewWord } from "./status-words.ts";
import type { Transfer } from "./transfer.ts";
import { TransferStore } from "./transfer-store.ts";
import { TransferWebhooks } from "./transfer-webhooks.ts";
import { serveTransfers } from "./transfers-api.ts";
import { isoTime, type Owner } from "./views.ts";

/*
 * A small Adyen: Transfers v4, Legal Entity Management v4 and Configuration v2 on one loopback port, each
 * under its own prefix, with books, reviews, verification and signed webhooks. Every call, every reply
 * and every webhook body is checked against the published documents.
 *
 * In tests nothing happens by itself: commands on the fake say what does, and `webhooks` when it is told.
 *
 * Run by hand (`node tests/processors/adyen/main.ts`) things happen by themselves, a step a second:
 *
 *   last two digits of the amount       what becomes of the transfer (./courses.ts)
 *     01 refused, 02 no route, 03 rejected, 04 error, 05 fails after booked, 06 returned, 07 reversed,
 *     08 held for good, 09 fails the review, 10 only an estimated arrival, 11 "accepted" and nothing
 *     more, 12 arrival told by tracking only, 13 a strange word in between, 14 expires, 15 stays received,
 *     any other: authorised, booked, credited
 *   a legal entity's name contains      what its checks find
 *     Missing: data is missing; Rejected: rejected; Pending: nothing yet; anything else: valid
 */

export interface FakeAdyenOptions {
  readonly clock?: Clock;
  readonly port?: number;
  readonly apiKey?: string;
  /** Key of the credential for legal entities; by default the same. */
  readonly legalEntityApiKey?: string;
  readonly secrets?: WebhookSecrets;
  /** Makes things happen by themselves, a step each so many milliseconds of the fake's clock. */
  readonly stepMs?: number;
}

export class FakeAdyen {
  readonly http: FakeProcessor;
  readonly webhooks: WebhookSender;
  readonly books = new Books();
  readonly apiKey: string;
  readonly secrets: WebhookSecrets;
  readonly owner: Owner;
  /** The account that transfers are paid from: empty until `fund`. */
  readonly balanceAccountId: string;
  /** Ways that money can go. A test may take some away, or all. */
  routes: MoneyRoute[] = someRoutes();
  /** True: transfers without review are authorised or refused already in the reply that creates them. */
  decidesInReply = false;
  /** True: what is asked of a review happens at once. */
  decidesReviewsAtOnce = false;
  /** The guides have keys on every POST, the documents only on the Transfers API's. */
  keysOnEveryPost = false;
  readonly #entities: LegalEntities;
  readonly #store: TransferStore;
  readonly #lifecycle: Lifecycle;
  readonly #reviews: Reviews;
  readonly #deviations: KnownDeviation[];

  /** Starts it; close with `http.close()`. */
  static async open(options: FakeAdyenOptions = {}): Promise<FakeAdyen> {
    const fake = new FakeAdyen(options);
    await fake.http.listen(options.port);
    return fake;
  }

  private constructor(options: FakeAdyenOptions) {
    this.apiKey = options.apiKey ?? "AQEtest-api-key";
    this.secrets = options.secrets ?? {
      hmacKey: "00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF",
      username: "payout-service",
      password: "webhook-password",
    };
    this.#deviations = [...documentedDeviations];
    this.http = new FakeProcessor({
      apis: publishedApis,
      deviations: this.#deviations,
      errorBody: (status) => ({
        type: "https://docs.adyen.com/errors/general/internal",
        title: "An internal error happened",
        status,
        detail: "Unrecoverable error",
        errorCode: "00_500",
      }),
      ...(options.clock ? { clock: options.clock } : {}),
    });
    const { clock, ids } = this.http;
    const accounts = new Accounts(ids, this.books);
    this.#entities = new LegalEntities(ids);
    const balancePlatform = "YourBalancePlatform";
    const legalEntityId = this.#entities.create({ type: "organization" }).id;
    const accountHolderId = accounts.addHolder({ balancePlatform, legalEntityId });
    this.balanceAccountId = accounts.addBalanceAccount({ accountHolderId });
    this.owner = { balancePlatform, accountHolderId };

    const webhooks = new TransferWebhooks(clock, this.secrets, this.owner, (violations) => {
      this.http.violations.push(...violations.filter((each) => !isKnown(each, this.#deviations)));
    });
    this.webhooks = webhooks.sender;
    this.#store = new TransferStore({
      clock,
      ids,
      books: this.books,
      changed: (transfer) => webhooks.tell(transfer),
    });
    this.#lifecycle = new Lifecycle(this.#store, this.books, (transfer) =>
      this.#hasRoute(transfer),
    );
    this.#reviews = new Reviews(this.#store, this.#lifecycle);
    this.#serve(accounts, options);
  }

  /** Base URLs of the three APIs. */
  get transfersUrl(): string {
    return this.http.url + transfersPrefix;
  }
  get legalEntityUrl(): string {
    return this.http.url + legalEntityPrefix;
  }
  get configurationUrl(): string {
    return this.http.url + configurationPrefix;
  }

  /** Puts money into the account that transfers are paid from; minor units. */
  fund(currency: string, value: bigint): void {
    this.books.fund(this.balanceAccountId, currency, value);
  }

  /** A person or company, checked, with this bank account as an instrument. */
  register(accountIdentification: Json): { legalEntityId: string; instrumentId: string } {
    const entity = this.#entities.create({ type: "individual" });
    const instrument = this.#entities.addInstrument(entity.id, "bankAccount", {
      accountIdentification,
    });
    this.#entities.verify(entity, "valid");
    return { legalEntityId: entity.id, instrumentId: instrument.id };
  }

  /** The outcome of the checks of a legal entity and of the instruments that it has by now. */
  verify(legalEntityId: string, outcome: Verification = "valid"): void {
    const entity = this.#entities.find(legalEntityId);
    if (!entity) throw new Error(`no legal entity ${legalEntityId}`);
    this.#entities.verify(entity, outcome);
  }

  transfer(id: string): Transfer {
    const transfer = this.#store.find(id);
    if (!transfer) throw new Error(`no transfer ${id}`);
    return transfer;
  }

  /** All transfers, in the order of their creation. */
  get transfers(): Transfer[] {
    return this.#store.all();
  }

  /** Which word transfers under review have from now on. */
  set reviewWord(word: ReviewWord) {
    this.#reviews.word = word;
  }

  /** What was asked of the review happens: the transfer is authorised, or cancelled. */
  decideReview(id: string): void {
    this.#reviews.decide(this.transfer(id));
  }
  /** The cancellation that was asked for came too late: the transfer is authorised. */
  overruleCancel(id: string): void {
    this.#reviews.overrule(this.transfer(id));
  }
  /** Reserves the amount; refuses where funds or a route are missing. */
  authorise(id: string): void {
    this.#lifecycle.authorise(this.transfer(id));
  }
  refuse(id: string, reason = "amountLimitExceeded"): void {
    this.#lifecycle.refuse(this.transfer(id), reason);
  }
  noRoute(id: string): void {
    this.#lifecycle.refuse(this.transfer(id), "routeNotFound");
  }
  expire(id: string): void {
    this.#lifecycle.expire(this.transfer(id));
  }
  /** Takes the money from the balance. */
  book(id: string): void {
    this.#lifecycle.book(this.transfer(id));
  }
  /** The processor's own people look at the transfer; `book` is over, the money has not left. */
  hold(id: string): void {
    this.#lifecycle.hold(this.transfer(id));
  }
  /** That look ends badly. It ends well by `credit`. */
  failReview(id: string): void {
    this.#lifecycle.failReview(this.transfer(id));
  }
  /** Says when the money should arrive; by default a day from now. */
  estimate(id: string, arrivalMs = this.http.clock.now() + 86_400_000): void {
    this.#lifecycle.estimate(this.transfer(id), isoTime(arrivalMs));
  }
  /** Tracking says "accepted": nothing is known of the bank. */
  accept(id: string): void {
    this.#lifecycle.accept(this.transfer(id));
  }
  /** The money has arrived; "tracking" leaves the status at booked. */
  credit(id: string, by: "status" | "tracking" = "status"): void {
    this.#lifecycle.credit(this.transfer(id), by);
  }
  reject(id: string, reason = "refusedByCounterpartyBank"): void {
    this.#lifecycle.fail(this.transfer(id), "rejected", reason);
  }
  fail(id: string, reason = "counterpartyAccountNotFound"): void {
    this.#lifecycle.fail(this.transfer(id), "failed", reason);
  }
  error(id: string, reason = "error"): void {
    this.#lifecycle.fail(this.transfer(id), "error", reason);
  }
  /** The receiving bank sends the money back, also after it had arrived. */
  return(id: string, reason = "counterpartyAccountClosed"): void {
    this.#lifecycle.comeBack(this.transfer(id), "returned", reason);
  }
  reverse(id: string, reason = "unknown"): void {
    this.#lifecycle.comeBack(this.transfer(id), "reversed", reason);
  }
  /** Any published word, without a look at what was before or at the books. */
  say(id: string, status: string, reason?: string): void {
    this.#lifecycle.say(this.transfer(id), { status, ...(reason ? { reason } : {}) });
  }
  /** A word that no document has, such as a newer one. Only here is that no violation. */
  invent(id: string, status: string): void {
    const why = "a newer word than the document's";
    this.#deviations.push({ why, pointer: /(^|\/)status$/, rule: "enum" });
    this.say(id, status);
  }

  #serve(accounts: Accounts, { stepMs, legalEntityApiKey = this.apiKey }: FakeAdyenOptions): void {
    const { http } = this;
    const player = stepMs === undefined ? undefined : new CoursePlayer(this, stepMs);
    const toCheck = (entity: LegalEntity) => {
      if (stepMs !== undefined) http.clock.after(stepMs, () => this.#checkByName(entity));
    };
    const keys = { platform: this.apiKey, legalEntities: legalEntityApiKey };
    http.use(apiKey(keys, (path) => path.startsWith(onboardingPath)));
    http.use(idempotency(http.clock, () => this.keysOnEveryPost));
    serveTransfers(http, {
      store: this.#store,
      reviews: this.#reviews,
      owner: this.owner,
      known: {
        hasBalanceAccount: (id) => this.books.has(id),
        transferInstrument: (id) => {
          const found = this.#entities.instrument(id);
          return found && { isVerified: found.verification === "valid" };
        },
      },
      created: (transfer) => {
        player?.created(transfer);
        if (this.decidesInReply && transfer.approvalsNeeded === 0) this.authorise(transfer.id);
      },
      asked: (transfer) => {
        player?.asked(transfer);
        if (this.decidesReviewsAtOnce && transfer.asked !== undefined) {
          this.decideReview(transfer.id);
        }
      },
    });
    const onboarding = new HostedOnboarding(http, (entity) => this.verify(entity.id));
    serveLegalEntities(http, { entities: this.#entities, onboarding, toCheck });
    serveConfiguration(http, accounts, {
      books: this.books,
      balancePlatform: this.owner.balancePlatform,
      routes: () => this.routes,
      hasLegalEntity: (id) => this.#entities.find(id) !== undefined,
      instrumentAccount: (id) => this.#accountOf(id),
    });
  }

  #checkByName(entity: LegalEntity): void {
    const name = nameOf(entity);
    if (name.includes("Pending")) return;
    if (name.includes("Missing")) this.verify(entity.id, "invalid");
    else this.verify(entity.id, name.includes("Rejected") ? "rejected" : "valid");
  }

  /** Where the country cannot be told every route is there: identifications need not tell it. */
  #hasRoute({ counterparty, currency }: Transfer): boolean {
    const instrumentId = textAt(counterparty, "transferInstrumentId");
    const account =
      instrumentId === undefined
        ? at(counterparty, "bankAccount", "accountIdentification")
        : this.#accountOf(instrumentId);
    const country = countryOf(account);
    if (country === undefined) return true;
    return this.routes.some((route) => route.country === country && route.currency === currency);
  }

  #accountOf(instrumentId: string): unknown {
    return this.#entities.instrument(instrumentId)?.bankAccount["accountIdentification"];
  }
}
