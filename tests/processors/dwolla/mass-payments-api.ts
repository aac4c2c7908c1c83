import type { CapturedRequest } from "../support/captured-request.ts";
import type { FakeProcessor } from "../support/fake-processor.ts";
import { at, type Json, known, textAt } from "../support/json-fields.ts";
import { toDecimal } from "../support/money.ts";
import type { FakeReply } from "../support/reply.ts";
import type { Hal } from "./hal.ts";
import type { Item, MassPayment, MassPayments, NewItem } from "./mass-payments.ts";
import { badRequest, errorView, notFound, refusable, validation } from "./refusal.ts";
import {
  type Known,
  readCents,
  readCorrelationId,
  readDestination,
  readObject,
  readSource,
} from "./transfer-request.ts";

const maxItems = 5_000;

/** Many payments at once, and the one way to hold a payment back: deferred, then released. */
export function serveMassPayments(
  http: FakeProcessor,
  payments: MassPayments,
  resources: Known,
  released: (payment: MassPayment) => void,
): void {
  const { hal } = resources;

  const create = ({ body }: CapturedRequest): FakeReply => {
    const source = readSource(body, resources);
    const status = textAt(body, "status") ?? "pending";
    if (status !== "pending" && status !== "deferred") throw wrongStatus("pending, deferred");
    const items = at(body, "items");
    if (!Array.isArray(items) || items.length === 0 || items.length > maxItems) throw badRequest();
    const made = {
      source,
      status,
      correlationId: readCorrelationId(body),
      metadata: readObject(body, "metadata"),
    } as const;
    const payment = payments.create(
      made,
      items.map((item) => readItem(item, resources)),
    );
    if (status === "pending") released(payment);
    return { status: 201, headers: { Location: hal.href(`mass-payments/${payment.id}`) } };
  };

  const find = ({ params }: CapturedRequest): MassPayment => {
    const payment = payments.find(params["id"] ?? "");
    if (!payment) throw notFound();
    return payment;
  };

  /** Not to be repeated: what is released cannot be released again, and the answer is the same as for
   * a wrong word. */
  const update = (request: CapturedRequest): FakeReply => {
    const payment = find(request);
    const status = textAt(request.body, "status");
    const isWord = status === "pending" || status === "cancelled";
    if (!isWord || payment.status !== "deferred") throw wrongStatus("pending, cancelled");
    payments.setStatus(payment, status);
    if (status === "pending") released(payment);
    return { status: 200, body: paymentView(payment, hal) };
  };

  const list = (request: CapturedRequest): FakeReply => {
    const payment = find(request);
    const status = request.query.get("status");
    const found = payment.items
      .filter((item) => status === null || item.status === status)
      .map((item) => itemView(payment, item, hal));
    const path = `mass-payments/${payment.id}/items`;
    return { status: 200, body: hal.page("items", path, found, request.query) };
  };

  const getItem = ({ params }: CapturedRequest): FakeReply => {
    const found = payments.item(params["itemId"] ?? "");
    if (!found) throw notFound();
    return { status: 200, body: itemView(found.payment, found.item, hal) };
  };

  const get = (request: CapturedRequest): FakeReply => {
    return { status: 200, body: paymentView(find(request), hal) };
  };

  http
    .route("POST", "/mass-payments", refusable(create))
    .route("GET", "/mass-payments/{id}", refusable(get))
    .route("POST", "/mass-payments/{id}", refusable(update))
    .route("GET", "/mass-payments/{id}/items", refusable(list))
    .route("GET", "/mass-payment-items/{itemId}", refusable(getItem));
}

function wrongStatus(allowed: string): Error {
  const message = `Invalid status. Allowed types are ${allowed}.`;
  return validation({ code: "Invalid", message, path: "/status" });
}

/** Receivers are looked at when the item is paid, so a wrong one fails alone. */
function readItem(item: unknown, resources: Known): NewItem {
  return {
    cents: readCents(item, resources),
    destination: () => readDestination(item, resources),
    destinationHref: textAt(item, "_links", "destination", "href") ?? "",
    correlationId: readCorrelationId(item),
    metadata: readObject(item, "metadata"),
  };
}

function paymentView(payment: MassPayment, hal: Hal): Json {
  const path = `mass-payments/${payment.id}`;
  const cents = payment.items.reduce((sum, item) => sum + item.cents, 0n);
  return known({
    _links: {
      self: hal.link(path, "mass-payment"),
      source: hal.link(`funding-sources/${payment.source.id}`, "funding-source"),
      items: hal.link(`${path}/items`, "mass-payment-item"),
    },
    id: payment.id,
    status: payment.status,
    created: new Date(payment.created).toISOString(),
    // The document writes "metaData" here and "metadata" everywhere else; the guides have the latter.
    metadata: payment.metadata,
    total: { value: toDecimal(cents, 2), currency: "USD" },
    totalFees: { value: "0.00", currency: "USD" },
    correlationId: payment.correlationId,
  });
}

function itemView(payment: MassPayment, item: Item, hal: Hal): Json {
  const { transfer, error } = item;
  return known({
    _links: known({
      self: hal.link(`mass-payment-items/${item.id}`, "mass-payment-item"),
      "mass-payment": hal.link(`mass-payments/${payment.id}`, "mass-payment"),
      destination: { href: item.destinationHref },
      transfer: transfer && hal.link(`transfers/${transfer.id}`, "transfer"),
    }),
    _embedded: error && { errors: [errorView(error)] },
    id: item.id,
    status: item.status,
    amount: { value: toDecimal(item.cents, 2), currency: "USD" },
    metadata: item.metadata,
    correlationId: item.correlationId,
  });
}
