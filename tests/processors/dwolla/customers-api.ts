import type { CapturedRequest } from "../support/captured-request.ts";
import type { FakeProcessor } from "../support/fake-processor.ts";
import { isJson, type Json, textAt } from "../support/json-fields.ts";
import type { FakeReply } from "../support/reply.ts";
import { type Customer, type Customers, type CustomerType, statusesOf } from "./customers.ts";
import type { Hal } from "./hal.ts";
import { badRequest, notFound, refusable, validation } from "./refusal.ts";

const required: Readonly<Record<CustomerType, readonly string[]>> = {
  "receive-only": ["firstName", "lastName", "email"],
  unverified: ["firstName", "lastName", "email"],
  personal: [
    ...["firstName", "lastName", "email", "address1", "city", "state", "postalCode"],
    ...["dateOfBirth", "ssn"],
  ],
};

/** Customers: created with 201, a Location and no body. An e-mail address belongs to one customer. */
export function serveCustomers(http: FakeProcessor, customers: Customers, hal: Hal): void {
  const find = ({ params }: CapturedRequest): Customer => {
    const customer = customers.find(params["id"] ?? "");
    if (!customer) throw notFound();
    return customer;
  };

  const create = ({ body }: CapturedRequest): FakeReply => {
    if (!isJson(body)) throw badRequest();
    const type = typeOf(body);
    const missing = required[type].filter((name) => !textAt(body, name));
    if (missing.length > 0) {
      throw validation(
        ...missing.map((name) => ({ code: "Required", message: "Required.", path: `/${name}` })),
      );
    }
    const same = customers.withEmail(textAt(body, "email") ?? "");
    if (same) {
      throw validation({
        code: "Duplicate",
        message: "A customer with the specified email already exists.",
        path: "/email",
        about: hal.href(`customers/${same.id}`),
      });
    }
    const { id } = customers.create(type, body);
    return { status: 201, headers: { Location: hal.href(`customers/${id}`) } };
  };

  const update = (request: CapturedRequest): FakeReply => {
    const customer = find(request);
    if (!isJson(request.body)) throw badRequest();
    const status = textAt(request.body, "status");
    if (status === undefined) customers.update(customer, request.body);
    else if (statusesOf[customer.type].includes(status)) customers.setStatus(customer, status);
    else throw validation({ code: "Invalid", message: "Status invalid.", path: "/status" });
    return { status: 200, body: customerView(customer, hal) };
  };

  const list = ({ query }: CapturedRequest): FakeReply => {
    const search = query.get("search");
    const status = query.get("status");
    const found = customers
      .all()
      .filter(({ fields }) => search === null || Object.values(fields).includes(search))
      .filter((customer) => status === null || customer.status === status)
      .map((customer) => customerView(customer, hal));
    return { status: 200, body: hal.page("customers", "customers", found, query) };
  };

  const get = (request: CapturedRequest): FakeReply => {
    return { status: 200, body: customerView(find(request), hal) };
  };

  http
    .route("POST", "/customers", refusable(create))
    .route("GET", "/customers", refusable(list))
    .route("GET", "/customers/{id}", refusable(get))
    .route("POST", "/customers/{id}", refusable(update));
}

function typeOf(body: Json): CustomerType {
  const type = textAt(body, "type") ?? "unverified";
  if (type === "receive-only" || type === "unverified" || type === "personal") return type;
  throw validation({ code: "Invalid", message: "Invalid customer type.", path: "/type" });
}

function customerView(customer: Customer, hal: Hal): Json {
  const path = `customers/${customer.id}`;
  return {
    _links: {
      self: hal.link(path, "customer"),
      "funding-sources": hal.link(`${path}/funding-sources`, "funding-source"),
      transfers: hal.link(`${path}/transfers`, "transfer"),
    },
    ...customer.fields,
    id: customer.id,
    type: customer.type,
    status: customer.status,
    created: new Date(customer.created).toISOString(),
  };
}
