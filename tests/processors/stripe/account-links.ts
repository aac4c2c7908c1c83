import type { CapturedRequest } from "../support/captured-request.ts";
import type { FakeReply } from "../support/reply.ts";
import type { Accounts } from "./accounts.ts";
import { Params } from "./params.ts";
import { invalidParam, missing } from "./stripe-error.ts";
import { nowSeconds, type World } from "./world.ts";

interface Link {
  readonly account: string;
  readonly returnUrl: string;
  readonly refreshUrl: string;
  readonly expiresAt: number;
  used: boolean;
}

/** "A few minutes", says the documentation. */
const validForSeconds = 300;

/**
 * Links to hosted onboarding. Who opens one, once and in time, has onboarded and is sent back; who
 * comes late or twice is sent to the address that makes a new one.
 */
export class AccountLinks {
  readonly #world: World;
  readonly #accounts: Accounts;
  readonly #links = new Map<string, Link>();

  constructor(world: World, accounts: Accounts) {
    this.#world = world;
    this.#accounts = accounts;
    world.http
      .route("POST", "/v1/account_links", (request) => this.#create(request))
      .route("GET", "/setup/{code}", (request) => this.#open(request), "a page, no API");
  }

  #create(request: CapturedRequest): FakeReply {
    const params = new Params(request.body, [
      "account",
      "type",
      "refresh_url",
      "return_url",
      "collect",
    ]);
    const account = params.need("account");
    if (!this.#accounts.find(account)) throw missing("account", account, 400);
    const type = params.need("type");
    if (type !== "account_onboarding" && type !== "account_update") {
      throw invalidParam("parameter_invalid_string_empty", "type", "Invalid type");
    }
    const created = nowSeconds(this.#world.clock);
    const code = this.#world.ids.next("");
    const expiresAt = created + validForSeconds;
    this.#links.set(code, {
      account,
      returnUrl: params.need("return_url"),
      refreshUrl: params.need("refresh_url"),
      expiresAt,
      used: false,
    });
    const url = `${this.#world.http.url}/setup/${code}`;
    return { status: 200, body: { object: "account_link", created, expires_at: expiresAt, url } };
  }

  #open({ params }: CapturedRequest): FakeReply {
    const link = this.#links.get(params["code"] ?? "");
    if (!link) return { status: 404 };
    const late = link.used || nowSeconds(this.#world.clock) >= link.expiresAt;
    if (late) return { status: 303, headers: { location: link.refreshUrl } };
    link.used = true;
    this.#accounts.completeOnboarding(link.account);
    return { status: 303, headers: { location: link.returnUrl } };
  }
}
