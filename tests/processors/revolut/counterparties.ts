import type { Clock } from "../../../src/clock.ts";
import type { IdSource } from "../support/ids.ts";
import { refuse } from "./refusal.ts";
import { iso } from "./wire.ts";

type Json = Readonly<Record<string, unknown>>;

export interface BankAccount {
  readonly id: string;
  readonly currency: string;
  readonly country: string;
  readonly type: "revolut" | "external";
  readonly details: Json;
}

export interface Counterparty {
  readonly id: string;
  readonly name: string;
  readonly profileType: "personal" | "business";
  /** Known to Revolut by this tag: paid at once, inside. */
  readonly revtag: string | undefined;
  readonly accounts: readonly BankAccount[];
  readonly createdAt: number;
  /** False for those that links made and nobody saved: to be had by id, but not in the list. */
  readonly listed: boolean;
}

/** What an account is told by, and how each has to look. The first that fits the currency counts. */
const schemes: readonly {
  readonly fits: (currency: string, country: string) => boolean;
  readonly fields: Readonly<Record<string, RegExp>>;
}[] = [
  {
    fits: (currency, country) => currency === "GBP" && country === "GB",
    fields: { sort_code: /^\d{2}-?\d{2}-?\d{2}$/, account_no: /^\d{8}$/ },
  },
  {
    fits: (currency, country) => currency === "USD" && country === "US",
    fields: { routing_number: /^\d{9}$/, account_no: /^\d{6,17}$/ },
  },
  { fits: () => true, fields: { iban: /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/ } },
];

/** Who is paid. The same details cannot be added twice. */
export class Counterparties {
  readonly #counterparties = new Map<string, Counterparty>();
  readonly #clock: Clock;
  readonly #ids: IdSource;

  constructor(clock: Clock, ids: IdSource) {
    this.#clock = clock;
    this.#ids = ids;
  }

  /** Takes the body of `POST /counterparty`. */
  add(body: Json, listed = true): Counterparty {
    const revtag = body["revtag"];
    const made = typeof revtag === "string" ? this.#insider(body, revtag) : this.#outsider(body);
    const counterparty = { ...made, id: this.#ids.uuid(), createdAt: this.#clock.now(), listed };
    const twin = listed ? this.#twinOf(counterparty) : undefined;
    if (twin) {
      throw refuse(422, "counterpartyExists", "This counterparty already exists", {
        params: { counterparty_id: twin.id },
      });
    }
    this.#counterparties.set(counterparty.id, counterparty);
    return counterparty;
  }

  find(id: string): Counterparty | undefined {
    return this.#counterparties.get(id);
  }

  get(id: string): Counterparty {
    const counterparty = this.find(id);
    if (!counterparty) throw refuse(404, "notFound", "Resource not found");
    return counterparty;
  }

  remove(id: string): void {
    this.get(id);
    this.#counterparties.delete(id);
  }

  listed(): Counterparty[] {
    return [...this.#counterparties.values()].filter(({ listed }) => listed);
  }

  toJson(counterparty: Counterparty): Record<string, unknown> {
    const { id, name, profileType, revtag, accounts, createdAt } = counterparty;
    return {
      id,
      name,
      ...(revtag === undefined ? {} : { revtag, country: "GB" }),
      profile_type: profileType,
      state: "created",
      created_at: iso(createdAt),
      updated_at: iso(createdAt),
      ...(accounts.length === 0
        ? {}
        : {
            accounts: accounts.map((account) => ({
              id: account.id,
              name,
              bank_country: account.country,
              currency: account.currency,
              type: account.type,
              ...account.details,
            })),
          }),
    };
  }

  #insider(body: Json, revtag: string) {
    const profileType = body["profile_type"];
    if (profileType !== "personal" && profileType !== "business") {
      throw refuse(400, "missing", "Required 'profile_type' is missing");
    }
    const name = typeof body["name"] === "string" ? body["name"] : revtag;
    const currency = "GBP";
    const inside = { id: this.#ids.uuid(), currency, country: "GB", type: "revolut" as const };
    // A business has its accounts; a person is paid by the tag alone.
    const accounts = profileType === "business" ? [{ ...inside, details: {} }] : [];
    return { name, profileType, revtag, accounts } as const;
  }

  #outsider(body: Json) {
    const { company_name: company, individual_name: person, currency, bank_country } = body;
    const { first_name, last_name } = (person ?? {}) as Json;
    const names = [first_name, last_name].filter((each) => typeof each === "string" && each !== "");
    const name = typeof company === "string" && company !== "" ? company : names.join(" ");
    if (name === "") throw refuse(400, "badFormat", "company_name or individual_name is needed");
    if (typeof currency !== "string" || typeof bank_country !== "string") {
      throw refuse(400, "missing", "Required 'currency' or 'bank_country' is missing");
    }
    const details = detailsOf(body, currency, bank_country);
    const account = { id: this.#ids.uuid(), currency, country: bank_country, details };
    return {
      name,
      profileType: company === undefined ? ("personal" as const) : ("business" as const),
      revtag: undefined,
      accounts: [{ ...account, type: "external" as const }],
    };
  }

  #twinOf(counterparty: Counterparty): Counterparty | undefined {
    const wanted = identityOf(counterparty);
    return this.listed().find((each) => identityOf(each) === wanted);
  }
}

function detailsOf(body: Json, currency: string, country: string): Record<string, unknown> {
  const scheme = schemes.find(({ fits }) => fits(currency, country));
  const details: Record<string, unknown> = {};
  for (const [name, pattern] of Object.entries(scheme?.fields ?? {})) {
    const value = body[name];
    if (typeof value !== "string") throw refuse(400, "missing", `Required '${name}' is missing`);
    if (!pattern.test(value)) throw refuse(400, "badFormat", `Not a valid ${name}`);
    details[name] = name === "sort_code" ? value.replaceAll("-", "") : value;
  }
  for (const name of ["bic", "route", "account_type", "address"]) {
    if (body[name] !== undefined) details[name] = body[name];
  }
  return details;
}

function identityOf({ revtag, accounts }: Counterparty): string {
  return JSON.stringify([revtag, accounts.map(({ currency, details }) => [currency, details])]);
}
