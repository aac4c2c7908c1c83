import type { Clock } from "../../../src/clock.ts";
import type { CapturedRequest } from "../support/captured-request.ts";
import type { FakeProcessor, Middleware } from "../support/fake-processor.ts";
import type { IdSource } from "../support/ids.ts";
import { textAt } from "../support/json-fields.ts";
import type { FakeReply } from "../support/reply.ts";

export const tokenLivesMs = 3_600_000;

/** The application's own credentials. */
export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** OAuth 2 with client credentials: a token for an hour, on every call but the one that gives it. */
export class Tokens {
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #credentials: Credentials;
  readonly #expiries = new Map<string, number>();

  constructor(clock: Clock, ids: IdSource, credentials: Credentials) {
    this.#clock = clock;
    this.#ids = ids;
    this.#credentials = credentials;
  }

  serve(http: FakeProcessor): void {
    http.use((request, next) => this.#guard(request, next));
    http.route("POST", "/token", (request) => this.#give(request));
  }

  /** Ends all tokens before their time, as the processor may. */
  revokeAll(): void {
    this.#expiries.clear();
  }

  #give({ headers, body }: CapturedRequest): FakeReply {
    const { clientId, clientSecret } = this.#credentials;
    const wanted = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`;
    const json = { "content-type": "application/json" };
    if (
      headers["authorization"] !== wanted ||
      textAt(body, "grant_type") !== "client_credentials"
    ) {
      return { status: 401, headers: json, body: { error: "invalid_client" } };
    }
    const token = this.#ids.next("", 50);
    this.#expiries.set(token, this.#clock.now() + tokenLivesMs);
    const given = { access_token: token, token_type: "bearer", expires_in: tokenLivesMs / 1000 };
    return { status: 200, headers: json, body: given };
  }

  #guard(request: CapturedRequest, next: Parameters<Middleware>[1]): ReturnType<Middleware> {
    if (request.path === "/token") return next();
    const token = /^Bearer (\S+)$/i.exec(request.headers["authorization"] ?? "")?.[1];
    const expiry = token === undefined ? undefined : this.#expiries.get(token);
    if (expiry === undefined) {
      return {
        status: 401,
        body: { code: "InvalidAccessToken", message: "Invalid access token." },
      };
    }
    if (this.#clock.now() < expiry) return next();
    const message = "Generate a new one using your client credentials.";
    return { status: 401, body: { code: "ExpiredAccessToken", message } };
  }
}
