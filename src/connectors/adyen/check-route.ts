import type { PayoutError } from "../../domain/payout.ts";
import type { Outcome, PayoutInstruction, ProcessorState, StepInput } from "../connector.ts";
import { declined } from "../toolkit/errors.ts";
import { type AdyenApi, notDone, post } from "./adyen-api.ts";
import { toAdyenAmount } from "./amount.ts";
import { toAddress, toIdentification } from "./counterparty.ts";
import { getInstrument } from "./instrument.ts";
import { prioritiesOf, registeredInstrument, whyUnpayable } from "./payment.ts";
import { whyClosed } from "./route-requirements.ts";
import { holdOf } from "./steps.ts";
import type { Verification } from "./verification.ts";

/** The kind of reference under which the step keeps which instrument is paid, if one is. */
export const INSTRUMENT_REFERENCE = "transfer_instrument";

/**
 * Asks whether the payout can go. It decides too what is paid, a registered instrument or the account by
 * its numbers: a registration that comes later must not send a repeat elsewhere.
 */
export async function checkRoute(
  api: AdyenApi,
  input: StepInput,
): Promise<Outcome<ProcessorState>> {
  const { payout, processorKeys, signal } = input;
  const error = whyUnpayable(payout);
  if (error !== undefined) return { kind: "rejected", error };
  const isStaged = holdOf(processorKeys) === "confirmation";
  const instrument = registeredInstrument(payout);
  if (instrument !== undefined) {
    const asked = await getInstrument(api, instrument, signal);
    if (asked.kind === "unreachable") return notDone(asked);
    if (asked.kind === "not_found") return ineligible(declined("ACCOUNT_NOT_FOUND", {}));
    const { verification } = asked.value;
    if (verification === "rejected") return ineligible(declined("ACCOUNT_REFUSED", {}));
    if (verification !== "valid") return notReady(verification, isStaged);
  }
  const asked = await askForRoutes(api, payout, instrument, signal);
  if (asked.kind !== "accepted") return asked;
  if (asked.value !== null) return ineligible(declined(asked.value, {}));
  // One that the method itself names is the caller's secret, and at hand whenever it is needed.
  const isKept = instrument !== undefined && instrument === payout.registered.accountId;
  const references = isKept ? [{ kind: INSTRUMENT_REFERENCE, id: instrument }] : [];
  const status = isStaged ? "REQUIRES_CONFIRMATION" : "REQUIRES_CREATION";
  return { kind: "accepted", value: { status, references } };
}

/** Null when there is a way; otherwise why there is none. */
async function askForRoutes(
  api: AdyenApi,
  payout: PayoutInstruction,
  instrument: string | undefined,
  signal: AbortSignal,
): Promise<Outcome<string | null>> {
  const { amount, method, person } = payout;
  const identification = instrument === undefined ? toIdentification(method) : undefined;
  const counterparty =
    instrument === undefined
      ? { bankAccount: { accountIdentification: identification } }
      : { transferInstrumentId: instrument };
  const crossing = {
    value: toAdyenAmount(amount) ?? 0n,
    currency: amount.currency,
    identification,
    address: person?.address && { ...toAddress(person.address) },
  };
  const body = {
    balancePlatform: api.balancePlatform,
    balanceAccountId: api.balanceAccountId,
    category: "bank",
    currency: amount.currency,
    counterparty,
    priorities: prioritiesOf(payout),
  };
  return post(
    api,
    {
      at: "configuration",
      path: "/transferRoutes/calculate",
      body,
      personal: counterparty,
      signal,
    },
    (json) => {
      if (!json.isList("transferRoutes")) return undefined;
      const reasons = json
        .list("transferRoutes")
        .map((route) => whyClosed(route, crossing) ?? null);
      return reasons.includes(null) ? null : (reasons[0] ?? "DESTINATION_UNSUPPORTED");
    },
  );
}

function ineligible(error: PayoutError): Outcome<ProcessorState> {
  return { kind: "accepted", value: { status: "INELIGIBLE", error } };
}

/** The processor is still looking at the account, or wants more of its owner. */
function notReady(verification: Verification, isStaged: boolean): Outcome<never> {
  const error = declined("RECIPIENT_NOT_READY", { code: verification }, "VALIDATION");
  const later = isStaged ? {} : ({ status: "REQUIRES_VENDOR_ACCOUNT_CREATION" } as const);
  return { kind: "not_sent", error, later };
}
