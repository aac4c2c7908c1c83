import type { PayoutError } from "../../domain/payout.ts";
import type { PayoutMethod } from "../../domain/payout-method/index.ts";
import type { PayoutInstruction } from "../connector.ts";
import { unpayable } from "../toolkit/errors.ts";
import { toPayPalAmount } from "./amount.ts";

interface Receiver {
  readonly recipient_type: "EMAIL" | "PHONE" | "PAYPAL_ID";
  readonly recipient_wallet: "PAYPAL" | "VENMO";
  readonly receiver: string;
}

/** The one item of a batch. Holds an address: never log it. */
export interface NewItem extends Receiver {
  readonly amount: { readonly currency: string; readonly value: string };
  readonly note?: string;
  readonly sender_item_id?: string;
}

/** Bytes of a receiver. */
const MAX_RECEIVER = 127;
/** Characters of a note, where not all of them are ASCII. */
const MAX_NOTE = 1000;
const MAX_SENDER_ITEM_ID = 63;

/**
 * What PayPal is asked to pay, or why it cannot be. The same for the same payout whenever it is asked, so
 * a repeat is refused here only if the call before it was.
 */
export function toItem(payout: PayoutInstruction): NewItem | { readonly error: PayoutError } {
  const { amount, destinationCurrency, method, payoutId } = payout;
  // An item has one currency, and what PayPal makes of it at the other side cannot be told before.
  const isVenmoAbroad = method.kind === "venmo" && amount.currency !== "USD";
  if (amount.currency !== destinationCurrency || isVenmoAbroad) {
    return { error: unpayable("CURRENCY_UNSUPPORTED") };
  }
  const value = toPayPalAmount(amount);
  if (value === undefined) return { error: unpayable("AMOUNT_UNSUPPORTED") };
  const receiver = toReceiver(method);
  if (receiver === undefined) return { error: unpayable("METHOD_UNSUPPORTED") };
  if (Buffer.byteLength(receiver.receiver) > MAX_RECEIVER) {
    return { error: unpayable("RECIPIENT_DATA_INVALID") };
  }
  const note = toNote(payout);
  return {
    ...receiver,
    amount: { currency: amount.currency, value },
    ...(note !== "" && { note }),
    // Only for people, in PayPal's reports.
    ...(payoutId.length <= MAX_SENDER_ITEM_ID && { sender_item_id: payoutId }),
  };
}

function toReceiver(method: PayoutMethod): Receiver | undefined {
  if (method.kind === "venmo") {
    const receiver = toPhone(method.phone);
    return { recipient_type: "PHONE", recipient_wallet: "VENMO", receiver };
  }
  if (method.kind !== "paypal") return undefined;
  const { email, phone, paypalId } = method;
  const recipient_wallet = "PAYPAL";
  if (email !== undefined) return { recipient_type: "EMAIL", recipient_wallet, receiver: email };
  if (phone !== undefined) {
    return { recipient_type: "PHONE", recipient_wallet, receiver: toPhone(phone) };
  }
  return paypalId === undefined
    ? undefined
    : { recipient_type: "PAYPAL_ID", recipient_wallet, receiver: paypalId };
}

/** E.164 as PayPal's own examples have it: digits only, and a number of the US without its country code. */
function toPhone(e164: string): string {
  return e164.replace(/^\+1(?=\d{10}$)/, "").replace(/^\+/, "");
}

/** What the recipient reads, in one line. Venmo wants one. */
function toNote({ description, method }: PayoutInstruction): string {
  const line = description.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();
  const note = [...line].slice(0, MAX_NOTE).join("");
  return note === "" && method.kind === "venmo" ? "Payout" : note;
}
