import type { Money } from "../../domain/money.ts";
import type { PayoutStatus } from "../../domain/payout.ts";
import type { ProcessorState } from "../connector.ts";
import { fromDecimal } from "../toolkit/decimal.ts";
import { declined } from "../toolkit/errors.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";
import { isNumericId } from "./references.ts";

export interface Transfer {
  readonly id: string;
  /** The processor's word for where it stands. */
  readonly word: string;
  /** Our key; absent where the reply does not tell. */
  readonly key?: string;
  /** What arrives; absent where it cannot be read. */
  readonly target?: Money;
}

/** Undefined when it does not even say which it is and where it stands. */
export function readTransfer(json: JsonReply): Transfer | undefined {
  const id = json.text("id");
  const word = json.text("status");
  if (!isNumericId(id) || word === undefined) return undefined;
  const key = json.text("customerTransactionId");
  const target = readMoney(json, "targetValue", "targetCurrency");
  return { id, word, ...(key !== undefined && { key }), ...(target && { target }) };
}

/** As readTransfer; undefined for a transfer that is surely not the one of this key. */
export function readOwnTransfer(json: JsonReply, key: string | undefined): Transfer | undefined {
  const transfer = readTransfer(json);
  const isOurs = key === undefined || transfer?.key === undefined || sameKey(transfer.key, key);
  return isOurs ? transfer : undefined;
}

/** Letter case does not count in a UUID. */
export function sameKey(a: string | undefined, b: string): boolean {
  return a?.toLowerCase() === b.toLowerCase();
}

/** What a transfer says of its payout. */
export function toProcessorState(
  { id, word, target }: Pick<Transfer, "id" | "word" | "target">,
  status: PayoutStatus,
): ProcessorState {
  return {
    status,
    rawStatus: word,
    references: [{ kind: "transfer", id }],
    connectorPayoutId: id,
    ...(status === "REVERSED" && {
      error: declined(word === "charged_back" ? "CHARGED_BACK" : "RETURNED", { code: word }),
    }),
    ...(target && { destinationAmount: target }),
  };
}

/** An amount in major units and its currency, exact; undefined for what cannot be read. */
export function readMoney(
  json: JsonReply,
  amount: string,
  currencyName: string,
): Money | undefined {
  const digits = json.text(amount);
  const currency = json.text(currencyName);
  if (digits === undefined || currency === undefined) return undefined;
  const minorAmount = fromDecimal(digits, currency);
  return minorAmount === undefined ? undefined : { minorAmount, currency };
}
