import type { PayoutError, PayoutPriority } from "../../domain/payout.ts";
import type { PayoutInstruction } from "../connector.ts";
import { unpayable } from "../toolkit/errors.ts";
import { toAdyenAmount } from "./amount.ts";
import { instrumentOf, isInstrumentId, toIdentification } from "./counterparty.ts";

const PRIORITIES: Readonly<Record<PayoutPriority, string>> = {
  INSTANT: "instant",
  FAST: "fast",
  REGULAR: "regular",
  WIRE: "wire",
  CROSS_BORDER: "crossBorder",
  INTERNAL: "internal",
};

/** The usual way at home, and the only one abroad: the faster ones cost more, and are for the caller to ask for. */
const USUAL: readonly string[] = ["regular", "crossBorder"];

/** In the order in which the processor shall try them. */
export function prioritiesOf({ priority }: Pick<PayoutInstruction, "priority">): readonly string[] {
  return priority === null ? USUAL : [PRIORITIES[priority]];
}

/** The instrument that the payout goes to, where its method or its account's registration names one. */
export function registeredInstrument({
  method,
  registered,
}: Pick<PayoutInstruction, "method" | "registered">): string | undefined {
  const registeredId = registered.accountId ?? undefined;
  return isInstrumentId(registeredId) ? registeredId : instrumentOf(method);
}

/** Why Adyen cannot pay this at all; undefined when it may. The same for the same payout whenever it is asked. */
export function whyUnpayable(payout: PayoutInstruction): PayoutError | undefined {
  const { amount, destinationCurrency, method } = payout;
  // A transfer is of one currency, from the balance in that currency.
  if (amount.currency !== destinationCurrency) return unpayable("CURRENCY_UNSUPPORTED");
  if (toAdyenAmount(amount) === undefined) return unpayable("AMOUNT_UNSUPPORTED");
  const isPayable =
    registeredInstrument(payout) !== undefined || toIdentification(method) !== undefined;
  return isPayable ? undefined : unpayable("METHOD_UNSUPPORTED");
}
