import type {
  ConnectorModule,
  ConnectorTools,
  Outcome,
  ProcessorState,
  StepInput,
  WithAccount,
} from "../../../../src/connectors/connector.ts";
import { toDecimal } from "../../../../src/connectors/toolkit/decimal.ts";
import {
  declined,
  notSent,
  outcomeUnknown,
  unknownStep,
} from "../../../../src/connectors/toolkit/errors.ts";
import { exchange, type Replied } from "../../../../src/connectors/toolkit/exchange.ts";
import { laterOf } from "../../../../src/connectors/toolkit/retry-after.ts";
import { toyManifest } from "./manifest.ts";

/** Mistakes that are only made where nothing can be asked, and the check that must catch each. */
export const UNASKED_MISTAKES = {
  "what is left open is accepted": "status words",
  "a word that nobody knows is accepted": "status words",
  "a look-up is unreachable": "look-ups",
  "not_found is proof": "manifest",
  "what is unknown is sent again": "faults",
} as const;

export type UnaskedMistake = keyof typeof UNASKED_MISTAKES;

/** A connector for a processor that knows no repeat and answers no question: without a mistake, or with one. */
export function createUnaskedConnector(
  { http, clock }: ConnectorTools,
  mistake?: UnaskedMistake,
): ConnectorModule {
  const has = (name: UnaskedMistake) => name === mistake;
  const { operations, links: _, ...manifest } = toyManifest(() => false);
  const nobody = { support: "UNSUPPORTED", note: "" } as const;
  const service = { support: "SERVICE", note: "Here." } as const;

  const pay = async ({
    account,
    payout,
    signal,
  }: StepInput & WithAccount): Promise<Outcome<ProcessorState>> => {
    const { token } = account.settings;
    if (token === undefined) return { kind: "not_sent", error: NO_TOKEN };
    const replied = await exchange(http, {
      method: "POST",
      url: new URL(`${account.baseUrl}/payments`),
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ amount: toDecimal(payout.amount) }),
      signal,
    });
    return replied.kind === "replied" ? read(replied) : replied;
  };

  const read = ({ reply: { status, headers }, json }: Replied): Outcome<ProcessorState> => {
    if (status === 401) {
      const error = declined("CREDENTIALS_REFUSED", {}, "CONFIGURATION");
      return { kind: "not_sent", error, later: {} };
    }
    if (status === 429) {
      const later = laterOf(headers["retry-after"], clock.now());
      return { kind: "not_sent", error: notSent(), later };
    }
    const word = status === 201 ? json.text("status") : undefined;
    if (word === "paid") {
      return { kind: "accepted", value: { status: "SUCCESS", rawStatus: word } };
    }
    if (word === "rejected")
      return { kind: "rejected", error: declined("DECLINED", { code: word }) };
    const isOpen = word === "working" && has("what is left open is accepted");
    const isNew = word !== undefined && word !== "working";
    return isOpen || (isNew && has("a word that nobody knows is accepted"))
      ? { kind: "accepted", value: { status: "PENDING", rawStatus: word } }
      : { kind: "unknown", error: outcomeUnknown({ code: word }) };
  };

  return {
    manifest: {
      ...manifest,
      name: "unasked",
      operations: {
        ...operations,
        VOID: nobody,
        CREATE_LINK: service,
        ENROLL_DISBURSE_ACCOUNT: service,
      },
      currencies: ["EUR"],
      idempotency: { ...manifest.idempotency, repeat: "NONE", windowMs: 0 },
      lookup: "NONE",
      notFoundIsProof: has("not_found is proof"),
      webhookSignature: null,
    },
    accountFields: [
      { name: "token", secret: true, required: true, about: "The token that the toy gives out." },
    ],
    baseUrls: { test: "https://toy.example", live: "https://toy.example" },
    plan: (operation, { fulfillment }) => {
      if (operation === "stage") return [];
      return operation === "create" && fulfillment === "MANUAL" ? ["check"] : ["pay"];
    },
    effectOf: (step) => (step === "check" ? "NOTHING" : "MONEY"),
    callStep: async (input) => {
      if (input.step === "check") {
        return { kind: "accepted", value: { status: "REQUIRES_FULFILLMENT" } };
      }
      if (input.step !== "pay") return { kind: "rejected", error: unknownStep() };
      const outcome = await pay(input);
      const isAgain = outcome.kind === "unknown" && has("what is unknown is sent again");
      if (isAgain) await pay(input);
      return outcome;
    },
    lookup: async () =>
      has("a look-up is unreachable")
        ? { kind: "unreachable", error: outcomeUnknown() }
        : { kind: "not_found" },
  };
}

const NO_TOKEN = declined("CONNECTOR_ACCOUNT_INVALID", {}, "CONFIGURATION");
