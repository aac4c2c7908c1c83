import type { CapturedRequest } from "../support/captured-request.ts";
import type { FakeProcessor } from "../support/fake-processor.ts";
import type { IdSource } from "../support/ids.ts";
import { at, isJson, type Json, textAt } from "../support/json-fields.ts";
import type { FakeReply } from "../support/reply.ts";
import type { Books } from "./books.ts";
import { resourceId } from "./ids.ts";
import { configurationPrefix as prefix } from "./prefixes.ts";
import { invalid, noSuch, refusable } from "./refusal.ts";
import { countryOf, type MoneyRoute, routeView } from "./routes.ts";
import { minorUnits } from "./views.ts";

export interface ConfigurationApiOptions {
  readonly books: Books;
  readonly balancePlatform: string;
  readonly routes: () => readonly MoneyRoute[];
  readonly hasLegalEntity: (id: string) => boolean;
  /** The identification of a transfer instrument's account; undefined where there is none. */
  readonly instrumentAccount: (id: string) => unknown;
}

/** Account holders and their balance accounts. */
export class Accounts {
  readonly holders = new Map<string, Json>();
  readonly balanceAccounts = new Map<string, Json>();
  readonly #ids: IdSource;
  readonly #books: Books;

  constructor(ids: IdSource, books: Books) {
    this.#ids = ids;
    this.#books = books;
  }

  addHolder(fields: Json): string {
    const id = resourceId(this.#ids, "AH");
    const capabilities = {
      sendToTransferInstrument: {
        allowed: true,
        enabled: true,
        requested: true,
        verificationStatus: "valid",
      },
    };
    this.holders.set(id, { ...fields, id, capabilities, status: "active" });
    return id;
  }

  addBalanceAccount(fields: Json): string {
    const id = resourceId(this.#ids, "BA");
    const usual = { defaultCurrencyCode: "EUR", timeZone: "Europe/Amsterdam" };
    this.balanceAccounts.set(id, { ...usual, ...fields, id, status: "active" });
    this.#books.open(id);
    return id;
  }
}

/** The Configuration API, version 2: accounts, and which ways money can go. */
export function serveConfiguration(
  http: FakeProcessor,
  accounts: Accounts,
  options: ConfigurationApiOptions,
): void {
  const { books } = options;

  const holder = (id: string): FakeReply => {
    const found = accounts.holders.get(id);
    if (!found) throw noSuch("Account holder");
    return { status: 200, body: found };
  };

  const createHolder = ({ body }: CapturedRequest): FakeReply => {
    const legalEntityId = textAt(body, "legalEntityId") ?? "";
    if (!isJson(body) || !options.hasLegalEntity(legalEntityId)) {
      throw invalid("legalEntityId", legalEntityId, "unknown legal entity");
    }
    const { balancePlatform } = options;
    return holder(accounts.addHolder({ balancePlatform, ...body }));
  };

  const balanceAccount = (id: string): FakeReply => {
    const found = accounts.balanceAccounts.get(id);
    if (!found) throw noSuch("Balance account");
    const balances = books.currencies(id).map((currency) => {
      const { balance, reserved } = books.registers(id, currency);
      const available = minorUnits(books.available(id, currency));
      return { currency, available, balance: minorUnits(balance), reserved: minorUnits(reserved) };
    });
    return { status: 200, body: { ...found, balances } };
  };

  const createBalanceAccount = ({ body }: CapturedRequest): FakeReply => {
    const accountHolderId = textAt(body, "accountHolderId") ?? "";
    if (!isJson(body) || !accounts.holders.has(accountHolderId)) {
      throw invalid("accountHolderId", accountHolderId, "unknown account holder");
    }
    return balanceAccount(accounts.addBalanceAccount(body));
  };

  const calculate = ({ body }: CapturedRequest): FakeReply => {
    const currency = textAt(body, "currency");
    const wanted = at(body, "priorities");
    const country = textAt(body, "country") ?? countryOf(accountOf(body));
    if (country === undefined) throw invalid("counterparty", "", "counterparty or country");
    const found = options
      .routes()
      .filter((route) => route.country === country && route.currency === currency)
      .filter(({ priority }) => !Array.isArray(wanted) || wanted.includes(priority));
    return { status: 200, body: { transferRoutes: found.map(routeView) } };
  };

  const accountOf = (body: unknown): unknown => {
    const instrumentId = textAt(body, "counterparty", "transferInstrumentId");
    if (instrumentId === undefined) {
      return at(body, "counterparty", "bankAccount", "accountIdentification");
    }
    const account = options.instrumentAccount(instrumentId);
    if (account) return account;
    throw invalid("counterparty.transferInstrumentId", instrumentId, "unknown instrument");
  };

  http
    .route("POST", `${prefix}/accountHolders`, refusable(createHolder))
    .route(
      "GET",
      `${prefix}/accountHolders/{id}`,
      refusable((r) => holder(r.params["id"] ?? "")),
    )
    .route("POST", `${prefix}/balanceAccounts`, refusable(createBalanceAccount))
    .route(
      "GET",
      `${prefix}/balanceAccounts/{id}`,
      refusable((r) => balanceAccount(r.params["id"] ?? "")),
    )
    .route("POST", `${prefix}/transferRoutes/calculate`, refusable(calculate));
}
