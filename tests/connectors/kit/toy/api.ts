import type { LookupResult, Outcome, WithAccount } from "../../../../src/connectors/connector.ts";
import {
  declined,
  notSent,
  outcomeUnknown,
  type ProcessorWords,
} from "../../../../src/connectors/toolkit/errors.ts";
import { exchange, type Replied } from "../../../../src/connectors/toolkit/exchange.ts";
import type { HttpClient } from "../../../../src/connectors/toolkit/http-client.ts";
import type { JsonReply } from "../../../../src/connectors/toolkit/json-reply.ts";
import type { PayoutError } from "../../../../src/domain/payout.ts";
import type { PayoutMethod } from "../../../../src/domain/payout-method/index.ts";
import type { Mistake } from "./mistakes.ts";

export type Reply = Replied;
type Call = WithAccount & { readonly signal: AbortSignal };
type Ended = Exclude<Outcome<Reply>, { readonly kind: "unknown" }> | Outcome<never>;

/** Calls to the toy processor, and what their ends mean. */
export class ToyApi {
  readonly #http: HttpClient;
  readonly #has: (mistake: Mistake) => boolean;
  #keptToken: string | undefined;

  constructor(http: HttpClient, has: (mistake: Mistake) => boolean) {
    this.#http = http;
    this.#has = has;
  }

  async act(
    call: Call,
    method: "POST" | "GET",
    path: string,
    { key, body }: { readonly key?: string; readonly body?: object },
  ): Promise<Ended> {
    const token = this.#token(call);
    if (token === undefined) return { kind: "not_sent", error: NO_TOKEN };
    const answer = await exchange(this.#http, {
      method,
      url: new URL(call.account.baseUrl + path),
      headers: {
        authorization: `Bearer ${token}`,
        ...(key !== undefined && { "x-key": key }),
        ...(body && { "content-type": "application/json" }),
      },
      body: body && JSON.stringify(body),
      signal: call.signal,
    });
    if (answer.kind === "unknown" && this.#has("a timeout is a failure")) {
      return { kind: "rejected", error: answer.error };
    }
    if (answer.kind === "not_sent" && this.#has("a refused connection is unknown")) {
      return { kind: "unknown", error: answer.error };
    }
    if (answer.kind !== "replied") return answer;
    const { status, headers } = answer.reply;
    if (status === 200) return { kind: "accepted", value: answer };
    const words = this.words(answer.json, call);
    if (status === 401) {
      const error = declined("CREDENTIALS_REFUSED", words, "CONFIGURATION");
      return this.#has("a refused token is a refusal")
        ? { kind: "rejected", error }
        : { kind: "not_sent", error, later: {} };
    }
    if (status === 429) {
      const afterMs = Number(headers["retry-after"]) * 1000;
      const later = this.#has("Retry-After is not passed on") ? {} : { later: { afterMs } };
      return { kind: "not_sent", error: notSent(), ...later };
    }
    if (status >= 500 && this.#has("a 5xx means that nothing was sent")) {
      return { kind: "not_sent", error: notSent() };
    }
    if (status >= 500) return { kind: "unknown", error: outcomeUnknown(words) };
    return { kind: "rejected", error: declined("REQUEST_REFUSED", words) };
  }

  async ask(call: Call, path: string): Promise<LookupResult<Reply>> {
    const ended = await this.act(call, "GET", path, {});
    if (ended.kind === "accepted") return { kind: "found", value: ended.value };
    const isAbsent = ended.kind === "rejected" && ended.error.connectorCode === "not_found";
    if (isAbsent || this.#has("silence is absence")) return { kind: "not_found" };
    return { kind: "unreachable", error: ended.error };
  }

  /** What the processor says, without what must not be shown. */
  words(json: JsonReply, { account, ...call }: Call): ProcessorWords {
    const token = account.settings["token"] ?? "";
    const said = json.text("message");
    const repeats =
      said?.includes(token) && !this.#has("a sentence of the processor with the token");
    const { payout } = call as { readonly payout?: { readonly method: PayoutMethod | null } };
    const number = payout?.method ? accountNumber(payout.method) : "";
    if (this.#has("a secret in an error message")) return { message: `Sent with ${token}.` };
    if (this.#has("an account number in an error message")) {
      return { code: `account_${number}`, message: "Refused." };
    }
    return { code: json.text("code"), message: repeats ? undefined : said };
  }

  lost(): PayoutError {
    return outcomeUnknown();
  }

  #token({ account }: Call): string | undefined {
    const token = account.settings["token"] || undefined;
    if (!this.#has("the first token is kept for all")) return token;
    this.#keptToken ??= token;
    return this.#keptToken;
  }
}

export function accountNumber(method: PayoutMethod): string {
  return method.kind === "sepa" ? method.iban : "";
}

const NO_TOKEN = declined("CONNECTOR_ACCOUNT_INVALID", {}, "CONFIGURATION");
