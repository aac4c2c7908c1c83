import type { PayoutError } from "../../domain/payout.ts";
import type { Later, OpenAccount } from "../connector.ts";
import { notSent } from "../toolkit/errors.ts";
import { exchange } from "../toolkit/exchange.ts";
import type { HttpClient } from "../toolkit/http-client.ts";
import { clientAssertion } from "./client-assertion.ts";
import { credentialsRefused, rateLimited, readWords } from "./refusal.ts";
import { retryAfterMs } from "./retry-after.ts";
import { type RevolutSettings, SETTINGS_INVALID } from "./settings.ts";

/** A token, or why there is none: then the call that it is for is not made. */
export type Access =
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "not_sent"; readonly error: PayoutError; readonly later?: Later };

/** Whom a token is for, and what it is asked for with. */
export interface TokenRequest {
  readonly account: OpenAccount;
  readonly settings: RevolutSettings;
  readonly signal: AbortSignal;
}

interface Kept {
  readonly version: number;
  readonly token: string;
  /** From then on another one is asked for (milliseconds). */
  readonly renewAt: number;
}

interface Flight {
  readonly version: number;
  readonly signal: AbortSignal;
  readonly access: Promise<Access>;
}

const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/** A token is not used in the last minutes of its 40: a call that is under way shall not lose it. */
const MARGIN_MS = 2 * 60_000;
/** How long a token lives where the reply does not say. */
const SHORT_LIFE_S = 5 * 60;
/** Accounts whose tokens are kept; the one that was kept first makes room. */
const MAX_KEPT = 10_000;

/** Access tokens, in memory only: one for each account, asked for by one call at a time. */
export class AccessTokens {
  readonly #http: HttpClient;
  readonly #now: () => number;
  readonly #maxKept: number;
  readonly #kept = new Map<string, Kept>();
  readonly #flights = new Map<string, Flight>();

  constructor(http: HttpClient, now: () => number, maxKept = MAX_KEPT) {
    this.#http = http;
    this.#now = now;
    this.#maxKept = maxKept;
  }

  async get(request: TokenRequest): Promise<Access> {
    const { account, signal } = request;
    const { connectorAccountId: id, version } = account;
    for (;;) {
      const kept = this.#kept.get(id);
      if (kept?.version === version && this.#now() < kept.renewAt) {
        return { kind: "token", token: kept.token };
      }
      const flight = this.#flights.get(id);
      if (flight?.version !== version) return this.#fly(request);
      const access = await inTime(flight.access, signal);
      if (access === undefined) return { kind: "not_sent", error: notSent() };
      // Whoever asked was given up, and we were not: then it is for us to ask.
      if (access.kind === "token" || !flight.signal.aborted) return access;
    }
  }

  /** Revolut does not take the token any more: the next call asks for another one. */
  forget({ connectorAccountId: id }: OpenAccount, token: string): void {
    if (this.#kept.get(id)?.token === token) this.#kept.delete(id);
  }

  async #fly(request: TokenRequest): Promise<Access> {
    const { connectorAccountId: id, version } = request.account;
    const flight = { version, signal: request.signal, access: this.#ask(request) };
    this.#flights.set(id, flight);
    try {
      return await flight.access;
    } finally {
      if (this.#flights.get(id) === flight) this.#flights.delete(id);
    }
  }

  async #ask({ account, settings, signal }: TokenRequest): Promise<Access> {
    const askedAt = this.#now();
    let assertion: string;
    try {
      assertion = clientAssertion(settings, askedAt);
    } catch {
      return { kind: "not_sent", error: SETTINGS_INVALID };
    }
    const { refreshToken, privateKey } = settings;
    const answer = await exchange(this.#http, {
      method: "POST",
      url: new URL(`${account.baseUrl.replace(/\/+$/, "")}/api/1.0/auth/token`),
      headers: {
        accept: "application/json",
        "content-type": "application/x-www-form-urlencoded",
      },
      body: new URLSearchParams({
        grant_type: "refresh_token",
        refresh_token: refreshToken,
        client_assertion_type: ASSERTION_TYPE,
        client_assertion: assertion,
      }).toString(),
      signal,
    });
    if (answer.kind !== "replied") return { kind: "not_sent", error: notSent() };
    const { json, reply } = answer;
    const words = readWords(answer, [refreshToken, privateKey, assertion]);
    if (reply.status === 429) {
      const afterMs = retryAfterMs(reply, askedAt);
      const later = afterMs === undefined ? {} : { afterMs };
      return { kind: "not_sent", error: rateLimited(words), later };
    }
    if ([400, 401, 403].includes(reply.status)) {
      return { kind: "not_sent", error: credentialsRefused(words), later: {} };
    }
    const token = json.text("access_token") ?? "";
    if (reply.status !== 200 || !/^[!-~]{1,8192}$/.test(token)) {
      return { kind: "not_sent", error: notSent() };
    }
    const lifeMs = (json.whole("expires_in") ?? SHORT_LIFE_S) * 1000;
    const renewAt = askedAt + Math.max(lifeMs - MARGIN_MS, lifeMs / 2);
    this.#keep(account.connectorAccountId, { version: account.version, token, renewAt });
    return { kind: "token", token };
  }

  #keep(id: string, kept: Kept): void {
    this.#kept.delete(id);
    const [first] = this.#kept.keys();
    if (this.#kept.size >= this.#maxKept && first !== undefined) this.#kept.delete(first);
    this.#kept.set(id, kept);
  }
}

/** Undefined when the signal comes first. */
async function inTime<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) return undefined;
  const { promise: aborted, resolve } = Promise.withResolvers<undefined>();
  const stop = () => resolve(undefined);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
