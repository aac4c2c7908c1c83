import type { Clock } from "../../../src/clock.ts";
import type { CapturedRequest } from "../support/captured-request.ts";
import type { IdSource } from "../support/ids.ts";
import type { FakeReply } from "../support/reply.ts";
import { PayPalError } from "./paypal-error.ts";

/** Nine hours, as PayPal's documentation shows it. */
const lifeSeconds = 32_400;

/** Access tokens for client credentials. A new one does not end the old one. */
export class AccessTokens {
  /** Client ids with their secrets. */
  readonly clients = new Map<string, string>();
  readonly #until = new Map<string, number>();
  readonly #clock: Clock;
  readonly #ids: IdSource;

  constructor(clock: Clock, ids: IdSource) {
    this.#clock = clock;
    this.#ids = ids;
  }

  /** A test's command: every token is stale from now on, whatever its clock says. */
  revokeAll(): void {
    this.#until.clear();
  }

  /** The answer of POST /v1/oauth2/token, whose errors have a shape of their own. */
  grant(request: CapturedRequest): FakeReply {
    const [id = "", secret] = basicAuth(request.headers["authorization"]);
    if (secret === undefined || this.clients.get(id) !== secret) {
      return oauthError(401, "invalid_client", "Client Authentication failed");
    }
    const form = request.body as Record<string, unknown> | undefined;
    if (form?.["grant_type"] !== "client_credentials") {
      return oauthError(400, "unsupported_grant_type", "Grant Type is NULL");
    }
    const token = this.#ids.next("A21AA", 60);
    this.#until.set(token, this.#clock.now() + lifeSeconds * 1000);
    return {
      status: 200,
      body: {
        scope:
          "https://uri.paypal.com/payments/payouts https://uri.paypal.com/services/applications/webhooks",
        access_token: token,
        token_type: "Bearer",
        app_id: "APP-80W284485P519543T",
        expires_in: lifeSeconds,
        nonce: `${new Date(this.#clock.now()).toISOString()}nonce`,
      },
    };
  }

  /** Throws 401 where the token is unknown, stale or missing. */
  check(request: CapturedRequest): void {
    const [, token = ""] = /^Bearer (.+)$/.exec(request.headers["authorization"] ?? "") ?? [];
    const until = this.#until.get(token);
    if (until !== undefined && until > this.#clock.now()) return;
    throw new PayPalError(
      401,
      "AUTHENTICATION_FAILURE",
      "Authentication failed due to invalid authentication credentials or a missing Authorization header.",
    );
  }
}

function basicAuth(header = ""): (string | undefined)[] {
  const [scheme, value = ""] = header.split(" ", 2);
  return scheme === "Basic" ? Buffer.from(value, "base64").toString().split(":", 2) : [];
}

function oauthError(status: number, error: string, description: string): FakeReply {
  return { status, body: { error, error_description: description } };
}
