import { currencyExponent } from "../../domain/currency.ts";
import type { WireTransferRequest } from "../../sandbox-processor/wire.ts";
import type { Connector, LookupInput, PayoutInstruction, StepInput } from "../connector.ts";
import { unknownStep } from "../toolkit/errors.ts";
import { get, post } from "./call.ts";
import { toDestination } from "./destination.ts";
import { SANDBOX_MANIFEST } from "./manifest.ts";
import { readQuote, requestQuote } from "./quote.ts";
import { readAccount, readRecipient, SCENARIO, toAccountRequest } from "./registration.ts";
import { readState, TRANSFER_REFERENCE } from "./state.ts";
import type { SandboxTransport } from "./transport.ts";
import { voidTransfer } from "./void.ts";

export interface SandboxConnectorOptions {
  readonly transport: SandboxTransport;
}

/** The sandbox's connector. Keeps no state; see `Connector` for what each function promises. */
export function createSandboxConnector({
  transport,
}: SandboxConnectorOptions): Connector<PayoutInstruction> {
  return {
    manifest: SANDBOX_MANIFEST,
    connectorAccountId: null,

    plan: (operation, payout) => {
      // Staging is ours, with the sandbox's quote.
      if (operation === "stage") return [];
      if (operation === "transfer") return ["release"];
      return payout.fulfillment === "MANUAL" ? ["hold"] : ["transfer"];
    },

    // A hold only reserves: released by nobody, it moves nothing.
    effectOf: (step) => (step === "hold" ? "HOLD" : "MONEY"),

    callStep: async (input) => {
      const { step, processorKey: key, payout, signal } = input;
      if (step === "transfer" || step === "hold") {
        const body = toTransferRequest(payout, step === "hold");
        return post(transport, { path: "/transfers", key, body, signal }, readState([key]));
      }
      if (step === "release") {
        const path = `${transferPath(input)}/release`;
        const keys = acceptanceKeys(input);
        return post(transport, { path, key, body: {}, signal }, readState(keys));
      }
      return { kind: "rejected", error: unknownStep() };
    },

    lookup: async (input) => {
      const read = readState(acceptanceKeys(input));
      const result = await get(transport, lookupPath(input), input.signal, read);
      // Still held: it is the hold that was found, and not the release that was asked for.
      const isHeld = result.kind === "found" && result.value.status === "REQUIRES_FULFILLMENT";
      return isHeld && input.step === "release" ? { kind: "not_found" } : result;
    },

    void: (input) => voidTransfer(transport, `${transferPath(input)}/cancel`, input),

    quote: (input) => {
      const { body, read } = { body: requestQuote(input), read: readQuote(input) };
      return post(transport, { path: "/quotes", key: "", body, signal: input.signal }, read);
    },

    registerRecipient: ({ recipientId, metadata, processorKey: key, signal }) => {
      const scenario = metadata[SCENARIO];
      const body = { reference: recipientId, ...(scenario && { scenario }) };
      return post(transport, { path: "/recipients", key, body, signal }, readRecipient);
    },

    lookupRecipient: ({ processorKey, signal }) =>
      get(transport, `/recipients?${byKey(processorKey)}`, signal, readRecipient),

    registerAccount: (input) => {
      const { processorKey: key, signal } = input;
      const body = toAccountRequest(input);
      return post(transport, { path: "/accounts", key, body, signal }, readAccount);
    },

    lookupAccount: ({ processorKey, signal }) =>
      get(transport, `/accounts?${byKey(processorKey)}`, signal, readAccount),
  };
}

function toTransferRequest(payout: PayoutInstruction, hold: boolean): WireTransferRequest {
  const { amount, destinationCurrency, metadata } = payout;
  const exponent = currencyExponent(amount.currency);
  const destinationExponent = currencyExponent(destinationCurrency);
  const scenario = metadata[SCENARIO];
  return {
    account: payout.merchantId,
    payout_id: payout.payoutId,
    amount: String(amount.minorAmount),
    currency: amount.currency,
    ...(exponent !== undefined && { exponent }),
    destination_currency: destinationCurrency,
    ...(destinationExponent !== undefined && { destination_exponent: destinationExponent }),
    destination: toDestination(payout.method),
    ...(scenario && { scenario }),
    ...(hold && { hold }),
  };
}

type Known = Pick<LookupInput & StepInput, "references" | "processorKeys">;

/** The keys under which the processor may have accepted the attempt. */
function acceptanceKeys({ processorKeys }: Known): readonly string[] {
  return [processorKeys["transfer"], processorKeys["hold"]].filter((key) => key !== undefined);
}

/** By the processor's id where it is known, and by the key of the acceptance otherwise. */
function transferPath(known: Known): string {
  const reference = known.references.find(({ kind }) => kind === TRANSFER_REFERENCE);
  const id = reference?.id ?? acceptanceKeys(known)[0] ?? "";
  return `/transfers/${encodeURIComponent(id)}`;
}

function lookupPath(known: Known): string {
  const [key] = acceptanceKeys(known);
  return key === undefined ? transferPath(known) : `/transfers?${byKey(key)}`;
}

function byKey(key: string): string {
  return `idempotency_key=${encodeURIComponent(key)}`;
}
