import { createHash } from "node:crypto";
import type { Clock } from "../../../src/clock.ts";
import type { IdSource } from "../support/ids.ts";
import { type Json, known } from "../support/json-fields.ts";
import type { Events } from "./events.ts";
import type { Hal } from "./hal.ts";

/** A bank account, or the platform's own balance. */
export interface FundingSource {
  readonly id: string;
  /** Undefined for the platform's own. */
  readonly customerId: string | undefined;
  readonly type: "bank" | "balance";
  readonly bankAccountType: string | undefined;
  /** Says "the same account again" without saying the account. */
  readonly fingerprint: string | undefined;
  readonly created: number;
  status: "verified" | "unverified";
  name: string;
  removed: boolean;
}

/** What a bank account is added with. */
export interface NewBank {
  readonly routingNumber: string;
  readonly accountNumber: string;
  readonly bankAccountType: string;
  readonly name: string;
}

export class FundingSources {
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #events: Events;
  readonly #sources = new Map<string, FundingSource>();

  constructor(clock: Clock, ids: IdSource, events: Events) {
    this.#clock = clock;
    this.#ids = ids;
    this.#events = events;
  }

  /** The platform's own: its balance, or its bank. */
  addOwn(type: "bank" | "balance", name: string): FundingSource {
    return this.#add({ customerId: undefined, type, name, status: "verified" });
  }

  /** A bank of somebody who receives stays unverified: that is enough to be paid to. */
  addBank(customerId: string, bank: NewBank): FundingSource {
    const { name, bankAccountType } = bank;
    const fingerprint = fingerprintOf(bank);
    const status = "unverified";
    const made = { customerId, type: "bank", name, bankAccountType, fingerprint, status } as const;
    const source = this.#add(made);
    this.#tell(source, "added");
    return source;
  }

  rename(source: FundingSource, name: string): void {
    source.name = name;
    this.#tell(source, "updated");
  }

  /** It can still be looked at, but no longer be paid to. */
  remove(source: FundingSource): void {
    source.removed = true;
    this.#tell(source, "removed");
  }

  find(id: string | undefined): FundingSource | undefined {
    return id === undefined ? undefined : this.#sources.get(id);
  }

  of(customerId: string): FundingSource[] {
    return [...this.#sources.values()].filter((source) => source.customerId === customerId);
  }

  same(customerId: string, bank: NewBank): FundingSource | undefined {
    const fingerprint = fingerprintOf(bank);
    return this.of(customerId).find((each) => !each.removed && each.fingerprint === fingerprint);
  }

  #add(fields: Partial<FundingSource> & Pick<FundingSource, "type" | "name" | "status">) {
    const source: FundingSource = {
      bankAccountType: undefined,
      fingerprint: undefined,
      customerId: undefined,
      ...fields,
      id: this.#ids.uuid(),
      created: this.#clock.now(),
      removed: false,
    };
    this.#sources.set(source.id, source);
    return source;
  }

  #tell({ id, customerId }: FundingSource, verb: string): void {
    const topic = `${customerId === undefined ? "" : "customer_"}funding_source_${verb}`;
    this.#events.tell({ topic, kind: "funding-sources", resourceId: id, customerId });
  }
}

export function fundingSourceView(source: FundingSource, hal: Hal): Json {
  const { id, customerId, type, status, name, removed, bankAccountType, fingerprint } = source;
  return known({
    _links: known({
      self: hal.link(`funding-sources/${id}`, "funding-source"),
      customer: customerId && hal.link(`customers/${customerId}`, "customer"),
    }),
    id,
    status,
    type,
    bankAccountType,
    name,
    created: new Date(source.created).toISOString(),
    removed,
    channels: type === "bank" ? ["ach"] : undefined,
    bankName: type === "bank" ? "SANDBOX TEST BANK" : undefined,
    fingerprint,
  });
}

function fingerprintOf({ routingNumber, accountNumber }: NewBank): string {
  return createHash("sha256").update(`${routingNumber}:${accountNumber}`).digest("hex");
}
