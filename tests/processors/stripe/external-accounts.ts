import type { CapturedRequest } from "../support/captured-request.ts";
import type { Accounts } from "./accounts.ts";
import { type BankAccount, failureOf, renderBankAccount } from "./bank-accounts.ts";
import { listOf } from "./lists.ts";
import { Params } from "./params.ts";
import { invalidParam, missing, StripeError } from "./stripe-error.ts";
import { nowSeconds, type World } from "./world.ts";

interface Token {
  readonly id: string;
  readonly bank: Omit<BankAccount, "account" | "isDefault" | "metadata">;
  used: boolean;
}

const path = "/v1/accounts/{account}/external_accounts";

/** Tokens of bank details, which are used once, and the external accounts made of them. */
export class ExternalAccounts {
  readonly #world: World;
  readonly #accounts: Accounts;
  readonly #tokens = new Map<string, Token>();

  constructor(world: World, accounts: Accounts) {
    this.#world = world;
    this.#accounts = accounts;
    world.http
      .route("POST", "/v1/tokens", (request) => this.#tokenize(request))
      .route("POST", path, (request) => this.#attach(request))
      .route("GET", path, (request) => {
        const { id, banks } = this.#accounts.ofPath(request);
        const url = `/v1/accounts/${id}/external_accounts`;
        return { status: 200, body: listOf(url, banks, request.query, renderBankAccount) };
      })
      .route("GET", `${path}/{id}`, (request) => {
        const id = request.params["id"] ?? "";
        const bank = this.#accounts.ofPath(request).banks.find((each) => each.id === id);
        if (!bank) throw missing("external account", id);
        return { status: 200, body: renderBankAccount(bank) };
      });
  }

  #tokenize(request: CapturedRequest) {
    const params = new Params(request.body, ["bank_account"]);
    const bank = new Params(params.group("bank_account"), [
      "country",
      "currency",
      "account_number",
      "routing_number",
      "account_holder_name",
      "account_holder_type",
      "account_type",
    ]);
    const number = bank.need("account_number");
    const country = bank.need("country");
    if (!/^[A-Za-z0-9 -]{4,34}$/.test(number)) {
      throw invalidParam(
        "account_number_invalid",
        "bank_account[account_number]",
        "Invalid number",
      );
    }
    const routing = bank.text("routing_number");
    if (country === "US" && !/^\d{9}$/.test(routing ?? "")) {
      const message = "Routing number must have 9 digits";
      throw invalidParam("routing_number_invalid", "bank_account[routing_number]", message);
    }
    const token: Token = {
      id: this.#world.ids.next("btok_"),
      used: false,
      bank: {
        id: `ba_${this.#world.ids.next("")}`,
        country,
        currency: bank.currency("currency"),
        last4: number.slice(-4),
        routingNumber: routing ?? null,
        holderName: bank.text("account_holder_name") ?? null,
        holderType: bank.text("account_holder_type") ?? null,
        failsWith: failureOf(number),
        instant: country === "US",
        status: "new",
      },
    };
    this.#tokens.set(token.id, token);
    const { account: _, ...shown } = renderBankAccount({
      ...token.bank,
      account: "",
      isDefault: false,
      metadata: {},
    });
    return {
      status: 200,
      body: {
        id: token.id,
        object: "token",
        bank_account: { ...shown, default_for_currency: null, metadata: null },
        client_ip: null,
        created: nowSeconds(this.#world.clock),
        livemode: false,
        type: "bank_account",
        used: false,
      },
    };
  }

  #attach(request: CapturedRequest) {
    const account = this.#accounts.ofPath(request);
    const params = new Params(request.body, [
      "external_account",
      "default_for_currency",
      "metadata",
    ]);
    const id = params.need("external_account");
    const token = this.#tokens.get(id);
    if (!token) throw missing("token", id, 400);
    if (token.used) {
      const message = `You cannot use a Stripe token more than once: ${id}.`;
      throw new StripeError({ status: 400, code: "token_already_used", message });
    }
    token.used = true;
    const { currency } = token.bank;
    const others = account.banks.filter((each) => each.currency === currency);
    const isDefault = others.length === 0 || params.flag("default_for_currency");
    if (isDefault) for (const other of others) other.isDefault = false;
    const metadata = params.metadata();
    const bank: BankAccount = { ...token.bank, account: account.id, isDefault, metadata };
    account.banks.push(bank);
    const shown = renderBankAccount(bank);
    this.#world.events.publish("account.external_account.created", shown, { account: account.id });
    this.#accounts.tellChanges(account);
    return { status: 200, body: shown };
  }
}
