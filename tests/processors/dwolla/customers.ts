import type { Clock } from "../../../src/clock.ts";
import type { IdSource } from "../support/ids.ts";
import { type Json, known, textAt } from "../support/json-fields.ts";
import type { Events } from "./events.ts";

export type CustomerType = "receive-only" | "unverified" | "personal";

/** A customer as the processor keeps it. */
export interface Customer {
  readonly id: string;
  readonly type: CustomerType;
  readonly created: number;
  status: string;
  /** What replies show of what was sent. */
  fields: Json;
}

/** Only persons whose identity is checked can be asked for it again: the document has no such status
 * for those who receive only. */
export const statusesOf: Readonly<Record<CustomerType, readonly string[]>> = {
  "receive-only": ["unverified", "suspended", "deactivated"],
  unverified: ["unverified", "suspended", "deactivated"],
  personal: ["verified", "retry", "kba", "document", "suspended", "deactivated"],
};

const shown = [
  "firstName",
  "lastName",
  "email",
  "businessName",
  "correlationId",
  "address1",
  "address2",
  "city",
  "state",
  "postalCode",
] as const;

const topics: Readonly<Record<string, string>> = {
  verified: "customer_verified",
  retry: "customer_reverification_needed",
  kba: "customer_kba_verification_needed",
  document: "customer_verification_document_needed",
  suspended: "customer_suspended",
  deactivated: "customer_deactivated",
  unverified: "customer_activated",
};

export class Customers {
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #events: Events;
  readonly #customers = new Map<string, Customer>();

  constructor(clock: Clock, ids: IdSource, events: Events) {
    this.#clock = clock;
    this.#ids = ids;
    this.#events = events;
  }

  create(type: CustomerType, body: Json): Customer {
    const customer: Customer = {
      id: this.#ids.uuid(),
      type,
      created: this.#clock.now(),
      status: type === "personal" ? "verified" : "unverified",
      fields: fieldsOf(body),
    };
    this.#customers.set(customer.id, customer);
    this.#tell(customer, "customer_created");
    const wanted = sandboxStatus(customer);
    if (wanted !== undefined) this.setStatus(customer, wanted);
    return customer;
  }

  /** New data; a person who was asked for it again is checked with it. */
  update(customer: Customer, body: Json): void {
    customer.fields = { ...customer.fields, ...fieldsOf(body) };
    this.#tell(customer, "customer_updated");
    if (customer.status !== "retry") return;
    this.setStatus(customer, sandboxStatus(customer) ?? "verified");
  }

  setStatus(customer: Customer, status: string): void {
    if (!statusesOf[customer.type].includes(status)) {
      throw new Error(`a ${customer.type} customer is never ${status}`);
    }
    customer.status = status;
    this.#tell(customer, topics[status] ?? "customer_updated");
  }

  find(id: string): Customer | undefined {
    return this.#customers.get(id);
  }

  all(): Customer[] {
    return [...this.#customers.values()];
  }

  withEmail(email: string): Customer | undefined {
    return this.all().find(({ fields }) => fields["email"] === email);
  }

  #tell({ id }: Customer, topic: string): void {
    this.#events.tell({ topic, kind: "customers", resourceId: id, customerId: id });
  }
}

/** The sandbox's own sentinels: a person's first name says how the check ends. */
function sandboxStatus({ type, fields }: Customer): string | undefined {
  const name = textAt(fields, "firstName") ?? "";
  return type === "personal" && statusesOf.personal.includes(name) ? name : undefined;
}

function fieldsOf(body: Json): Json {
  return known(Object.fromEntries(shown.map((name) => [name, body[name]])));
}
