import type { Clock } from "../../../src/clock.ts";
import type { IdSource } from "../support/ids.ts";
import { type Client, faultOf } from "./client-assertion.ts";
import { Refusal, refuse, unauthorized } from "./refusal.ts";

export const scopes = ["READ", "WRITE", "PAY"] as const;
export type Scope = (typeof scopes)[number];

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/** 40 minutes, told as one second less. */
const accessLifeMs = 40 * 60_000;
/** What a person's consent gives has to be exchanged within two minutes. */
const codeLifeMs = 2 * 60_000;

interface Parts {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly client: Client;
  /** Which scopes the consent gave. */
  readonly scopes: readonly Scope[];
}

/**
 * `POST /auth/token`. The assertion only says who asks; what is exchanged is the code of a person's
 * consent, once, and from then on the refresh token.
 */
export class Tokens {
  readonly #parts: Parts;
  /** Every access token that was ever given out. */
  readonly issued: string[] = [];
  readonly #access = new Map<string, number>();
  readonly #codes = new Map<string, number>();
  readonly #refresh = new Set<string>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** A person consents; the code can be exchanged once. */
  consent(): string {
    const code = this.#parts.ids.next("oa_code_", 32);
    this.#codes.set(code, this.#parts.clock.now() + codeLifeMs);
    return code;
  }

  /** A refresh token, as an exchanged code gives it. */
  grant(): string {
    const token = this.#parts.ids.next("oa_refresh_", 32);
    this.#refresh.add(token);
    return token;
  }

  /** The person takes the consent back: nothing opens any more. */
  revoke(): void {
    this.#access.clear();
    this.#refresh.clear();
    this.#codes.clear();
  }

  /** Ends the access tokens before their time; refresh tokens stay. */
  expire(): void {
    this.#access.clear();
  }

  /** Takes the form's fields. */
  exchange(form: Readonly<Record<string, unknown>>): Record<string, unknown> {
    if (form["client_assertion_type"] !== assertionType) throw fault("invalid_request", "type");
    const { client, clock } = this.#parts;
    const wrong = faultOf(String(form["client_assertion"] ?? ""), client, clock.now());
    if (wrong) throw new Refusal(401, { error: "invalid_client", error_description: wrong });
    switch (form["grant_type"]) {
      case "authorization_code":
        return { ...this.#fromCode(String(form["code"])), refresh_token: this.grant() };
      case "refresh_token":
        if (!this.#refresh.has(String(form["refresh_token"])))
          throw fault("invalid_grant", "token");
        return this.#issue();
      default:
        throw fault("unsupported_grant_type", "grant_type");
    }
  }

  /** 401 without a living token, 403 where the consent does not reach so far. */
  check(authorization: string | undefined, scope: Scope): void {
    const token = /^Bearer (\S+)$/.exec(authorization ?? "")?.[1];
    const end = token === undefined ? undefined : this.#access.get(token);
    if (end === undefined || end <= this.#parts.clock.now()) throw unauthorized();
    if (!this.#parts.scopes.includes(scope)) {
      throw refuse(403, "forbidden", "This action is forbidden");
    }
  }

  #fromCode(code: string): Record<string, unknown> {
    const end = this.#codes.get(code);
    this.#codes.delete(code);
    if (end === undefined || end <= this.#parts.clock.now()) throw fault("invalid_grant", "code");
    return this.#issue();
  }

  #issue(): Record<string, unknown> {
    const token = this.#parts.ids.next("oa_access_", 32);
    this.issued.push(token);
    this.#access.set(token, this.#parts.clock.now() + accessLifeMs);
    return { access_token: token, token_type: "bearer", expires_in: accessLifeMs / 1000 - 1 };
  }
}

function fault(error: string, where: string): Refusal {
  return new Refusal(400, { error, error_description: `not valid: ${where}` });
}
