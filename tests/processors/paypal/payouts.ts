import type { CapturedRequest } from "../support/captured-request.ts";
import type { FakeProcessor } from "../support/fake-processor.ts";
import type { FakeReply } from "../support/reply.ts";
import type { BatchLife } from "./batch-life.ts";
import type { Funds } from "./funds.ts";
import {
  type Batch,
  type Item,
  renderBatchHeader,
  renderItem,
  renderNewBatch,
  selfLink,
} from "./item.ts";
import { notFound, PayPalError } from "./paypal-error.ts";
import { type GivenBatch, readBatch } from "./read-batch.ts";
import { refusalOf, scenarioOf } from "./scenarios.ts";

/** As long PayPal remembers a sender_batch_id. */
const rememberedMs = 30 * 24 * 60 * 60 * 1000;

/** The host of PayPal's links, which is not the one that is called. */
const linkHost = "https://api.sandbox.paypal.com";

/** A flat fee of a sender in the same country, in minor units. */
const fee = 25n;

/** Batches and their items. */
export class PayoutBatches {
  readonly all: Batch[] = [];
  readonly #http: FakeProcessor;
  readonly #funds: Funds;
  readonly #life: BatchLife;

  constructor(http: FakeProcessor, funds: Funds, life: BatchLife) {
    this.#http = http;
    this.#funds = funds;
    this.#life = life;
    const item = "/v1/payments/payouts-item/{payout_item_id}";
    http
      .route("POST", "/v1/payments/payouts", ({ body }) => this.#create(readBatch(body)))
      .route("GET", "/v1/payments/payouts/{id}", (request) => this.#show(request))
      .route("GET", item, ({ params }) => this.#showItem(this.#findItem(params)))
      .route("POST", `${item}/cancel`, ({ params }) => this.#cancel(this.#findItem(params)));
  }

  /** For tests; throws where there is no such batch. */
  get(id: string): Batch {
    const batch = this.all.find((each) => each.id === id);
    if (!batch) throw notFound();
    return batch;
  }

  /** For tests; throws where there is no such item. */
  item(id: string): Item {
    return this.#findItem({ payout_item_id: id });
  }

  #create(given: GivenBatch): FakeReply {
    this.#refuseDuplicate(given.senderBatchId);
    this.#refuseTestValues(given);
    const currency = given.items[0]?.currency ?? "";
    if (!this.#funds.holds(currency)) {
      const message =
        "As your PayPal balance is not held in this currency, you'll not be able to send Payouts.";
      throw new PayPalError(400, "NON_HOLDING_CURRENCY", message);
    }
    const total = given.items.reduce((sum, { amount }) => sum + amount + fee, 0n);
    if (!this.#funds.send(currency, total)) {
      const message = "Sender does not have sufficient funds. Please add funds and retry.";
      throw new PayPalError(422, "INSUFFICIENT_FUNDS", message);
    }
    const batch = this.#add(given);
    this.#life.begin(batch);
    return { status: 201, body: renderNewBatch(batch, this.#http.url) };
  }

  /** The header `PayPal-Request-Id` does not matter: only this refuses a batch for the second time. */
  #refuseDuplicate(senderBatchId: string | undefined): void {
    if (senderBatchId === undefined) return;
    const since = this.#http.clock.now() - rememberedMs;
    const original = this.all.find(
      (batch) => batch.senderBatchId === senderBatchId && batch.createdAt > since,
    );
    if (!original) return;
    throw new PayPalError(400, "USER_BUSINESS_ERROR", "User business error.", {
      details: [
        {
          field: "SENDER_BATCH_ID",
          location: "body",
          issue: "Batch with given sender_batch_id already exists",
          link: [selfLink(linkHost, `/v1/payments/payouts/${original.id}`)],
        },
      ],
    });
  }

  #refuseTestValues(given: GivenBatch): void {
    const refusal = given.items.map(({ note }) => refusalOf(note)).find((each) => each);
    if (refusal) throw new PayPalError(refusal.status, refusal.name, refusal.message);
  }

  #add(given: GivenBatch): Batch {
    const { ids, clock } = this.#http;
    const batch: Batch = {
      id: ids.next("", 13).toUpperCase(),
      senderBatchId: given.senderBatchId,
      senderHeader: given.header,
      createdAt: clock.now(),
      items: [],
      status: "PENDING",
      completedAt: undefined,
    };
    for (const { currency, amount, receiver, told } of given.items) {
      batch.items.push({
        id: ids.next("", 13).toUpperCase(),
        transactionId: ids.next("", 17).toUpperCase(),
        batch,
        currency,
        amount,
        fee,
        given: told,
        scenario: scenarioOf(receiver),
        status: "PENDING",
        error: undefined,
        timeProcessed: undefined,
      });
    }
    this.all.push(batch);
    return batch;
  }

  /** Items are there only when processing has begun. */
  #show({ params, query }: CapturedRequest): FakeReply {
    const batch = this.get(params["id"] ?? "");
    const size = Number(query.get("page_size") ?? 1000);
    const from = (Number(query.get("page") ?? 1) - 1) * size;
    const items = batch.status === "PENDING" ? [] : batch.items;
    const totals = {
      total_items: items.length,
      total_pages: Math.max(1, Math.ceil(items.length / size)),
    };
    const body = {
      ...(query.get("total_required") === "true" ? totals : {}),
      batch_header: renderBatchHeader(batch),
      items: items.slice(from, from + size).map((item) => renderItem(item, this.#http.url)),
      links: [selfLink(this.#http.url, `/v1/payments/payouts/${batch.id}`)],
    };
    return { status: 200, body };
  }

  #showItem(item: Item): FakeReply {
    return { status: 200, body: renderItem(item, this.#http.url) };
  }

  #cancel(item: Item): FakeReply {
    if (item.batch.status !== "SUCCESS") {
      const message = "The batch has not been processed yet.";
      throw new PayPalError(400, "BATCH_NOT_COMPLETED", message);
    }
    if (item.status === "RETURNED") {
      throw new PayPalError(400, "ITEM_ALREADY_CANCELLED", "Item has already been cancelled.");
    }
    if (item.status !== "UNCLAIMED") {
      const message = "Only items in Unclaimed status can be cancelled.";
      throw new PayPalError(400, "ITEM_INCORRECT_STATUS", message);
    }
    this.#life.become(item, "RETURNED", "CANCELED");
    return this.#showItem(item);
  }

  #findItem(params: CapturedRequest["params"]): Item {
    const id = params["payout_item_id"];
    const item = this.all.flatMap((batch) => batch.items).find((each) => each.id === id);
    if (!item || item.batch.status === "PENDING") throw notFound();
    return item;
  }
}
