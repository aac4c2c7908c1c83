import type { CapturedRequest } from "../support/captured-request.ts";
import type { FakeProcessor } from "../support/fake-processor.ts";
import { at, isJson, textAt } from "../support/json-fields.ts";
import type { FakeReply } from "../support/reply.ts";
import type { Customers } from "./customers.ts";
import {
  type FundingSource,
  type FundingSources,
  fundingSourceView,
  type NewBank,
} from "./funding-sources.ts";
import type { Hal } from "./hal.ts";
import { badRequest, notFound, Refusal, refusable, validation } from "./refusal.ts";

/** Bank accounts of customers, by routing and account number; the other ways are not here. */
export function serveFundingSources(
  http: FakeProcessor,
  sources: FundingSources,
  customers: Customers,
  hal: Hal,
): void {
  const customerId = ({ params }: CapturedRequest): string => {
    const customer = customers.find(params["id"] ?? "");
    if (!customer) throw notFound();
    return customer.id;
  };

  const find = ({ params }: CapturedRequest): FundingSource => {
    const source = sources.find(params["id"]);
    if (!source) throw notFound();
    return source;
  };

  const create = (request: CapturedRequest): FakeReply => {
    const owner = customerId(request);
    const bank = readBank(request.body);
    const same = sources.same(owner, bank);
    if (same) {
      // The guides' shape: the resource that is there already is named.
      throw new Refusal(400, {
        code: "DuplicateResource",
        message: `Bank already exists: id=${same.id}`,
        _links: { about: { href: hal.href(`funding-sources/${same.id}`) } },
      });
    }
    const { id } = sources.addBank(owner, bank);
    return { status: 201, headers: { Location: hal.href(`funding-sources/${id}`) } };
  };

  const change = (request: CapturedRequest): FakeReply => {
    const source = find(request);
    if (source.removed) {
      const message = "A removed bank cannot be updated.";
      throw new Refusal(403, { code: "InvalidResourceState", message });
    }
    const name = textAt(request.body, "name");
    if (at(request.body, "removed") === true) sources.remove(source);
    else if (name !== undefined) sources.rename(source, name);
    else throw badRequest();
    return { status: 200, body: fundingSourceView(source, hal) };
  };

  const list = (request: CapturedRequest): FakeReply => {
    const owner = customerId(request);
    const withRemoved = request.query.get("removed") !== "false";
    const found = sources
      .of(owner)
      .filter(({ removed }) => withRemoved || !removed)
      .map((source) => fundingSourceView(source, hal));
    const self = hal.link(`customers/${owner}/funding-sources`, "funding-source");
    const body = { _links: { self }, _embedded: { "funding-sources": found }, total: found.length };
    return { status: 200, body };
  };

  const get = (request: CapturedRequest): FakeReply => {
    return { status: 200, body: fundingSourceView(find(request), hal) };
  };

  http
    .route("POST", "/customers/{id}/funding-sources", refusable(create))
    .route("GET", "/customers/{id}/funding-sources", refusable(list))
    .route("GET", "/funding-sources/{id}", refusable(get))
    .route("POST", "/funding-sources/{id}", refusable(change));
}

function readBank(body: unknown): NewBank {
  if (!isJson(body)) throw badRequest();
  const text = (name: string): string => {
    const found = textAt(body, name);
    if (found) return found;
    throw validation({ code: "Required", message: "Required.", path: `/${name}` });
  };
  const routingNumber = text("routingNumber");
  if (!isRoutingNumber(routingNumber)) {
    const message = "Invalid routing number.";
    throw validation({ code: "Invalid", message, path: "/routingNumber" });
  }
  const accountNumber = text("accountNumber");
  if (!/^\d{4,17}$/.test(accountNumber)) {
    const message = "Invalid account number.";
    throw validation({ code: "Invalid", message, path: "/accountNumber" });
  }
  const name = text("name");
  if (name.length > 50) {
    const message = "Name must be 50 or fewer characters.";
    throw validation({ code: "InvalidFormat", message, path: "/name" });
  }
  return { routingNumber, accountNumber, bankAccountType: text("bankAccountType"), name };
}

/** Nine digits whose weighted sum is a multiple of ten. */
function isRoutingNumber(text: string): boolean {
  if (!/^\d{9}$/.test(text)) return false;
  const weights = [3, 7, 1];
  const sum = [...text].reduce(
    (total, digit, i) => total + Number(digit) * (weights[i % 3] ?? 0),
    0,
  );
  return sum % 10 === 0;
}
