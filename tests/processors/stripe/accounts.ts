import type { CapturedRequest } from "../support/captured-request.ts";
import { type Account, type AccountId, transfersStatus } from "./account-state.ts";
import { isRecord, Params } from "./params.ts";
import { renderAccount, renderCapability } from "./render-account.ts";
import { invalidParam, missing, StripeError } from "./stripe-error.ts";
import { nowSeconds, type World } from "./world.ts";

const knownParams = [
  "type",
  "country",
  "email",
  "business_type",
  "business_profile",
  "capabilities",
  "individual",
  "company",
  "tos_acceptance",
  "settings",
  "metadata",
  "default_currency",
];

/** Connected accounts: the platform makes them, Stripe judges them. */
export class Accounts {
  readonly #world: World;
  readonly #all = new Map<string, Account>();
  /** What was last told by webhook, to see what changes. */
  readonly #told = new Map<string, string>();

  constructor(world: World) {
    this.#world = world;
    const path = "/v1/accounts/{account}";
    world.http
      .route("POST", "/v1/accounts", (request) => ok(renderAccount(this.#create(request))))
      .route("GET", path, (request) => ok(renderAccount(this.ofPath(request))))
      .route("POST", path, (request) => ok(renderAccount(this.#update(request))))
      .route("GET", `${path}/capabilities/{capability}`, (request) =>
        ok(renderCapability(this.#withCapability(request))),
      )
      .route("POST", `${path}/capabilities/{capability}`, (request) => {
        const account = this.#withCapability(request);
        account.transfersRequested = new Params(request.body, ["requested"]).flag("requested");
        this.tellChanges(account);
        return ok(renderCapability(account));
      });
  }

  /** For tests; throws where there is no such account. */
  get(id: string): Account {
    const account = this.#all.get(id);
    if (!account) throw missing("account", id);
    return account;
  }

  find(id: string): Account | undefined {
    return this.#all.get(id);
  }

  /** A test's command: hosted onboarding is finished, and whatever was demanded has been given. */
  completeOnboarding(id: string): void {
    this.#change(id, { detailsSubmitted: true, tosAccepted: true, demanded: [] });
  }

  /** A test's command: Stripe wants more, such as "individual.verification.document". */
  demand(id: string, fields: string[]): void {
    this.#change(id, { demanded: fields });
  }

  /** A test's command: Stripe looks at what was given; the capability is pending meanwhile. */
  verifying(id: string, verifying: boolean): void {
    this.#change(id, { verifying });
  }

  /** A test's command: Stripe will have nothing to do with the account. */
  reject(id: string, rejected: NonNullable<Account["rejected"]> = "fraud"): void {
    this.#change(id, { rejected });
  }

  /** The account of the path; the platform has to say it by id. */
  ofPath({ params }: CapturedRequest): Account {
    const id = params["account"] ?? "";
    return this.#all.get(id) ?? fail(denied(id));
  }

  /** The account of the header `Stripe-Account`; undefined is the platform itself. */
  ofHeader({ headers }: CapturedRequest): Account | undefined {
    const id = headers["stripe-account"];
    if (id === undefined) return undefined;
    return this.#all.get(id) ?? fail(denied(id));
  }

  /** Tells the world what is different from the last time. */
  tellChanges(account: Account): void {
    const { events } = this.#world;
    const now = JSON.stringify(renderAccount(account));
    const before = this.#told.get(account.id);
    if (before === now) return;
    this.#told.set(account.id, now);
    if (before === undefined) return;
    const status = (text: string) => JSON.parse(text).capabilities.transfers as string | undefined;
    const more = { account: account.id };
    if (status(before) !== status(now)) {
      events.publish("capability.updated", renderCapability(account), more);
    }
    events.publish("account.updated", renderAccount(account), more);
  }

  #create(request: CapturedRequest): Account {
    const params = new Params(request.body, knownParams);
    const type = params.need("type");
    if (type !== "custom" && type !== "express" && type !== "standard") {
      throw invalidParam("parameter_invalid_string_empty", "type", "Invalid account type");
    }
    const account: Account = {
      id: this.#world.ids.next("acct_", 16) as AccountId,
      type,
      country: params.text("country") ?? "US",
      created: nowSeconds(this.#world.clock),
      email: null,
      businessType: null,
      told: {},
      metadata: {},
      tosAccepted: false,
      transfersRequested: false,
      detailsSubmitted: false,
      payoutInterval: "daily",
      banks: [],
      demanded: [],
      verifying: false,
      rejected: undefined,
    };
    apply(account, params);
    this.#all.set(account.id, account);
    this.tellChanges(account);
    return account;
  }

  #update(request: CapturedRequest): Account {
    const account = this.ofPath(request);
    apply(account, new Params(request.body, knownParams));
    this.tellChanges(account);
    return account;
  }

  #change(id: string, change: Partial<Account>): void {
    const account = this.get(id);
    Object.assign(account, change);
    this.tellChanges(account);
  }

  #withCapability(request: CapturedRequest): Account {
    const capability = request.params["capability"] ?? "";
    if (capability !== "transfers") throw missing("capability", capability);
    return this.ofPath(request);
  }
}

/** Throws unless money may be sent to the account. */
export function needTransfers(account: Account): void {
  if (account.transfersRequested && transfersStatus(account) === "active") return;
  throw new StripeError({
    status: 400,
    code: "insufficient_capabilities_for_transfer",
    message:
      "Your destination account needs to have at least one of the following capabilities enabled: transfers, crypto_transfers, legacy_payments",
  });
}

function apply(account: Account, params: Params): void {
  account.email = params.text("email") ?? account.email;
  account.businessType = params.text("business_type") ?? account.businessType;
  account.told = { ...account.told, ...params.group("individual"), ...params.group("company") };
  account.metadata = { ...account.metadata, ...params.metadata() };
  const tos = params.group("tos_acceptance");
  if (tos["date"] && tos["ip"]) account.tosAccepted = true;
  const transfers = params.group("capabilities")["transfers"];
  if (isRecord(transfers)) account.transfersRequested = transfers["requested"] === "true";
  const payouts = params.group("settings")["payouts"];
  const schedule = isRecord(payouts) ? payouts["schedule"] : undefined;
  if (isRecord(schedule) && typeof schedule["interval"] === "string") {
    account.payoutInterval = schedule["interval"] as Account["payoutInterval"];
  }
  // What has been given is no longer asked for.
  const given = [
    ...Object.keys(params.group("individual")),
    ...Object.keys(params.group("company")),
  ];
  account.demanded = account.demanded.filter((field) => !given.includes(field.split(".")[1] ?? ""));
}

function denied(id: string): StripeError {
  return new StripeError({
    status: 403,
    code: "account_invalid",
    message: `The provided key does not have access to account '${id}' (or that account does not exist). Application access may have been revoked.`,
    begun: false,
  });
}

function fail(error: Error): never {
  throw error;
}

function ok(body: unknown) {
  return { status: 200, body };
}
