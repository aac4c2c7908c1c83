import type {
  ConnectorModule,
  ConnectorTools,
  Outcome,
  ProcessorState,
  StepInput,
  WithAccount,
} from "../connector.ts";
import { unknownStep } from "../toolkit/errors.ts";
import { exchange } from "../toolkit/exchange.ts";
import { createAccessTokens } from "./access-tokens.ts";
import { credentialsOf, ITAU_ACCOUNT_FIELDS, ITAU_BASE_URLS } from "./account-fields.ts";
import { brasiliaDay } from "./brasilia-day.ts";
import { endpoint } from "./endpoint.ts";
import { ITAU_MANIFEST } from "./manifest.ts";
import { readTransfer } from "./pay.ts";
import { effectOf, planPayout } from "./plan.ts";
import { privateTo, toOrder } from "./transfer-order.ts";

type Input = StepInput & WithAccount;

/** PIX by Itau. Keeps nothing but access tokens; see `Connector` for what each function promises. */
export function createItauConnector({
  http,
  clock,
}: Pick<ConnectorTools, "http" | "clock">): ConnectorModule {
  const now = () => clock.now();
  const tokens = createAccessTokens(http, now);

  /** Whether Itau lets us in is all that can be asked of a payout that is sent later. */
  const check = async ({ payout, account, signal }: Input): Promise<Outcome<ProcessorState>> => {
    const ordered = toOrder(payout);
    if (ordered.kind === "unpayable") return { kind: "rejected", error: ordered.error };
    const access = await tokens.get({ account, signal });
    return access.kind === "token"
      ? { kind: "accepted", value: { status: "REQUIRES_FULFILLMENT" } }
      : access;
  };

  const pay = async ({ payout, account, signal }: Input): Promise<Outcome<ProcessorState>> => {
    const ordered = toOrder(payout);
    if (ordered.kind === "unpayable") return { kind: "rejected", error: ordered.error };
    const access = await tokens.get({ account, signal });
    if (access.kind !== "token") return access;
    const { order } = ordered;
    const replied = await exchange(http, {
      method: "POST",
      url: endpoint(account, "/sispag/v1/transferencias"),
      headers: {
        authorization: `Bearer ${access.text}`,
        accept: "application/json",
        "content-type": "application/json",
      },
      // The day is that of the sending. It may differ between two calls of one payout, since the second
      // is only made when the first surely did nothing: what may have arrived is never repeated.
      body: JSON.stringify({ ...order, data_pagamento: brasiliaDay(now()) }),
      signal,
    });
    if (replied.kind !== "replied") return replied;
    if (replied.reply.status === 401) tokens.forget(account, access.text);
    const secret = credentialsOf(account)?.clientSecret ?? "";
    return readTransfer(replied, [access.text, secret, ...privateTo(order)], now());
  };

  return {
    manifest: ITAU_MANIFEST,
    accountFields: ITAU_ACCOUNT_FIELDS,
    baseUrls: ITAU_BASE_URLS,
    plan: planPayout,
    effectOf,
    callStep: async (input) => {
      switch (input.step) {
        case "check":
          return check(input);
        case "pay":
          return pay(input);
        default:
          return { kind: "rejected", error: unknownStep() };
      }
    },
    // Nothing can be asked. "unreachable" would have it asked for ever; this gives it to a person.
    lookup: async () => ({ kind: "not_found" }),
  };
}
