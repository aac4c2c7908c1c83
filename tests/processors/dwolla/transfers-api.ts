import type { CapturedRequest } from "../support/captured-request.ts";
import type { FakeProcessor } from "../support/fake-processor.ts";
import { type Json, known, textAt } from "../support/json-fields.ts";
import { toDecimal } from "../support/money.ts";
import type { FakeReply } from "../support/reply.ts";
import type { Hal } from "./hal.ts";
import { notFound, refusable, validation } from "./refusal.ts";
import { returnCode } from "./return-codes.ts";
import {
  isFieldError,
  type Known,
  readCents,
  readCorrelationId,
  readDestination,
  readObject,
  readSource,
} from "./transfer-request.ts";
import type { Transfer, Transfers } from "./transfers.ts";

/** Transfers to customers' banks, one by one. */
export function serveTransfers(
  http: FakeProcessor,
  transfers: Transfers,
  resources: Known,
  accountId: string,
  created: (transfer: Transfer) => void,
): void {
  const { hal } = resources;

  const create = ({ body }: CapturedRequest): FakeReply => {
    const source = readSource(body, resources);
    const destination = readDestination(body, resources);
    if (isFieldError(destination)) throw validation(destination);
    const cents = readCents(body, resources);
    if (!transfers.isCovered(source, cents)) {
      const path = "/_links/source/href";
      throw validation({ code: "InsufficientFunds", message: "Insufficient funds.", path });
    }
    const transfer = transfers.create({
      source,
      destination,
      cents,
      correlationId: readCorrelationId(body),
      metadata: readObject(body, "metadata"),
      clearing: readObject(body, "clearing"),
    });
    created(transfer);
    return { status: 201, headers: { Location: hal.href(`transfers/${transfer.id}`) } };
  };

  const find = ({ params }: CapturedRequest): Transfer => {
    const transfer = transfers.find(params["id"] ?? "");
    if (!transfer) throw notFound();
    return transfer;
  };

  const cancel = (request: CapturedRequest): FakeReply => {
    const transfer = find(request);
    if (textAt(request.body, "status") !== "cancelled") {
      throw validation({ code: "Invalid", message: "Status invalid.", path: "/status" });
    }
    if (transfer.status !== "pending" || transfer.sent) {
      throw validation({ code: "NotAllowed", message: "Status not allowed.", path: "/status" });
    }
    transfers.cancel(transfer);
    return { status: 200, body: transferView(transfer, hal, accountId) };
  };

  const failure = (request: CapturedRequest): FakeReply => {
    const transfer = find(request);
    const { failure: code, destination } = transfer;
    if (code === undefined) throw notFound();
    const { description, explanation } = returnCode(code);
    const links = {
      self: hal.link(`transfers/${transfer.id}/failure`, "failure"),
      "failed-funding-source": hal.link(`funding-sources/${destination.id}`, "funding-source"),
      customer: hal.link(`customers/${destination.customerId}`, "customer"),
    };
    return { status: 200, body: { _links: links, code, description, explanation } };
  };

  const list = (path: string, all: readonly Transfer[], query: URLSearchParams): FakeReply => {
    const found = all
      .filter((transfer) => fits(transfer, query))
      .map((transfer) => transferView(transfer, hal, accountId));
    return { status: 200, body: hal.page("transfers", path, found, query) };
  };

  const ofAccount = ({ params, query }: CapturedRequest): FakeReply => {
    if (params["id"] !== accountId) throw notFound();
    return list(`accounts/${accountId}/transfers`, transfers.all(), query);
  };

  const ofCustomer = ({ params, query }: CapturedRequest): FakeReply => {
    const customer = resources.customers.find(params["id"] ?? "");
    if (!customer) throw notFound();
    const own = transfers.all().filter((each) => each.destination.customerId === customer.id);
    return list(`customers/${customer.id}/transfers`, own, query);
  };

  const get = (request: CapturedRequest): FakeReply => {
    return { status: 200, body: transferView(find(request), hal, accountId) };
  };

  http
    .route("POST", "/transfers", refusable(create))
    .route("GET", "/transfers/{id}", refusable(get))
    .route("POST", "/transfers/{id}", refusable(cancel))
    .route("GET", "/transfers/{id}/failure", refusable(failure))
    .route("GET", "/accounts/{id}/transfers", refusable(ofAccount))
    .route("GET", "/customers/{id}/transfers", refusable(ofCustomer));
}

function fits(transfer: Transfer, query: URLSearchParams): boolean {
  const wanted = (name: string, value: string | undefined) =>
    query.get(name) === null || query.get(name) === value;
  const day = new Date(transfer.created).toISOString().slice(0, 10);
  return (
    wanted("correlationId", transfer.correlationId) &&
    wanted("status", transfer.status) &&
    day >= (query.get("startDate") ?? day) &&
    day <= (query.get("endDate") ?? day)
  );
}

/** The link "cancel" is there as long as it can be followed, "failure" once there is one. */
function transferView(transfer: Transfer, hal: Hal, accountId: string): Json {
  const { id, source, destination, status, sent } = transfer;
  const path = `transfers/${id}`;
  return known({
    _links: known({
      self: hal.link(path, "transfer"),
      source: hal.link(`accounts/${accountId}`, "account"),
      "source-funding-source": hal.link(`funding-sources/${source.id}`, "funding-source"),
      destination: hal.link(`customers/${destination.customerId}`, "customer"),
      "destination-funding-source": hal.link(`funding-sources/${destination.id}`, "funding-source"),
      cancel: status === "pending" && !sent ? hal.link(path, "transfer") : undefined,
      failure: status === "failed" ? hal.link(`${path}/failure`, "failure") : undefined,
    }),
    id,
    status,
    amount: { value: toDecimal(transfer.cents, 2), currency: "USD" },
    created: new Date(transfer.created).toISOString(),
    clearing: transfer.clearing,
    metadata: transfer.metadata,
    correlationId: transfer.correlationId,
  });
}
