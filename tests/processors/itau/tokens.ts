import type { Clock } from "../../../src/clock.ts";
import type { CapturedRequest } from "../support/captured-request.ts";
import type { IdSource } from "../support/ids.ts";
import type { FakeReply } from "../support/reply.ts";

const LIFE_SECONDS = 300;

/** Access tokens for client credentials. A new one does not end the old one. */
export class Tokens {
  /** Every token that was ever given out. */
  readonly given: string[] = [];
  readonly #until = new Map<string, number>();
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #client: { readonly id: string; readonly secret: string };

  constructor(clock: Clock, ids: IdSource, client: Tokens["client"]) {
    this.#clock = clock;
    this.#ids = ids;
    this.#client = client;
  }

  get client(): { readonly id: string; readonly secret: string } {
    return this.#client;
  }

  /** A test's command: every token is stale from now on, whatever its clock says. */
  revokeAll(): void {
    this.#until.clear();
  }

  /** POST /api/oauth/token; its errors have the shape that OAuth 2 gives them. */
  grant({ body, headers }: CapturedRequest): FakeReply {
    const isForm = headers["content-type"] === "application/x-www-form-urlencoded";
    const form = (isForm ? body : {}) as Readonly<Record<string, unknown>>;
    const { id, secret } = this.#client;
    if (form["client_id"] !== id || form["client_secret"] !== secret) {
      return oauthError(401, "invalid_client", "The client could not be authenticated.");
    }
    if (form["grant_type"] !== "client_credentials") {
      return oauthError(400, "unsupported_grant_type", "Only client_credentials is supported.");
    }
    const token = this.#ids.next("", 48);
    this.given.push(token);
    this.#until.set(token, this.#clock.now() + LIFE_SECONDS * 1000);
    return {
      status: 200,
      body: { access_token: token, token_type: "Bearer", expires_in: LIFE_SECONDS },
    };
  }

  takes({ headers }: CapturedRequest): boolean {
    const [, token = ""] = /^Bearer (.+)$/.exec(headers["authorization"] ?? "") ?? [];
    return (this.#until.get(token) ?? 0) > this.#clock.now();
  }
}

function oauthError(status: number, error: string, description: string): FakeReply {
  return { status, body: { error, error_description: description } };
}
