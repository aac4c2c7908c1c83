import type { PayoutError } from "../../domain/payout.ts";
import type { Later, OpenAccount } from "../connector.ts";
import { notSent } from "../toolkit/errors.ts";
import { exchange } from "../toolkit/exchange.ts";
import type { HttpClient } from "../toolkit/http-client.ts";
import { credentialsOf } from "./account-fields.ts";
import { endpoint } from "./endpoint.ts";
import { configuration, rateLimited, SETTINGS_INVALID } from "./refusals.ts";
import { laterOf } from "./retry-after.ts";
import { wordsOf } from "./words.ts";

/** A token is not used any more this long before it ends (milliseconds): a call takes its time. */
const MARGIN_MS = 60_000;
/** Accounts whose tokens are kept; the one that was asked for longest ago goes first. */
const MAX_KEPT = 1000;

/** Why there is no token, so that the call it was for was not made. */
export interface NoToken {
  readonly kind: "not_sent";
  readonly error: PayoutError;
  readonly later?: Later;
}

export type Access = { readonly kind: "token"; readonly token: string } | NoToken;

interface Kept {
  readonly version: number;
  readonly baseUrl: string;
  readonly access: Promise<Access>;
  /** When it is not good any more (milliseconds); infinite while it is being asked for. */
  until: number;
  /** Undefined while it is being asked for. */
  token: string | undefined;
}

/**
 * Access tokens for client credentials, in memory only. One is asked for at a time for an account:
 * whoever comes meanwhile waits for the same answer. A failure serves nobody who comes later.
 */
export class AccessTokens {
  readonly #http: HttpClient;
  readonly #now: () => number;
  readonly #kept = new Map<string, Kept>();

  constructor(http: HttpClient, now: () => number) {
    this.#http = http;
    this.#now = now;
  }

  get(account: OpenAccount, signal: AbortSignal): Promise<Access> {
    const { connectorAccountId: id, version, baseUrl } = account;
    const known = this.#kept.get(id);
    const isGood =
      known?.version === version && known.baseUrl === baseUrl && this.#now() < known.until;
    return isGood ? known.access : this.#ask(account, signal);
  }

  /** Forgets a token that PayPal does not take any more. */
  drop({ connectorAccountId: id }: OpenAccount, token: string): void {
    if (this.#kept.get(id)?.token === token) this.#kept.delete(id);
  }

  #ask(account: OpenAccount, signal: AbortSignal): Promise<Access> {
    const { connectorAccountId: id, version, baseUrl } = account;
    const granting = this.#grant(account, signal);
    const access = granting.then(({ access }) => access);
    const until = Number.POSITIVE_INFINITY;
    const kept: Kept = { version, baseUrl, access, until, token: undefined };
    this.#kept.delete(id);
    this.#kept.set(id, kept);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MAX_KEPT) break;
      this.#kept.delete(oldest);
    }
    return granting.then(({ access, until }) => {
      kept.until = until;
      kept.token = access.kind === "token" ? access.token : undefined;
      return access;
    });
  }

  /** Never throws. */
  async #grant(
    account: OpenAccount,
    signal: AbortSignal,
  ): Promise<{ readonly access: Access; readonly until: number }> {
    const none = (access: NoToken) => ({ access, until: Number.NEGATIVE_INFINITY });
    const credentials = credentialsOf(account);
    if (credentials === undefined) return none({ kind: "not_sent", error: SETTINGS_INVALID });
    const { clientId, clientSecret } = credentials;
    const asked = this.#now();
    const replied = await exchange(this.#http, {
      method: "POST",
      url: endpoint(account, "/v1/oauth2/token"),
      headers: {
        authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`,
        accept: "application/json",
        "content-type": "application/x-www-form-urlencoded",
      },
      body: "grant_type=client_credentials",
      signal,
    });
    if (replied.kind !== "replied") return none({ kind: "not_sent", error: notSent() });
    const { reply, json } = replied;
    const token = json.text("access_token") ?? "";
    if (reply.status === 200 && /^[!-~]{1,8192}$/.test(token)) {
      const lifeMs = (json.whole("expires_in") ?? 0) * 1000;
      return { access: { kind: "token", token }, until: asked + lifeMs - MARGIN_MS };
    }
    // Errors of this endpoint have a shape of their own, and may quote what was sent: only the code is taken.
    const words = { ...wordsOf(json, [], reply.headers["paypal-debug-id"]), message: undefined };
    const coded = { ...words, code: words.code ?? json.text("error") };
    if (reply.status === 429) {
      const later = laterOf(reply.headers["retry-after"], this.#now());
      return none({ kind: "not_sent", error: rateLimited(coded), later });
    }
    // OAuth 2 says 400 or 401 for a client that is not known or may not.
    return [400, 401, 403].includes(reply.status)
      ? none({ kind: "not_sent", error: configuration(coded), later: {} })
      : none({ kind: "not_sent", error: notSent() });
  }
}
