import { type Timestamp, timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { validationFailed } from "../../domain/errors.ts";
import { MAX_MINOR_AMOUNT, type Money } from "../../domain/money.ts";

/** Absent in the contract is empty; absent in the domain is null. */
export function orNull(text: string): string | null {
  return text === "" ? null : text;
}

export function toTimestamp(ms: number | null): Timestamp | undefined {
  return ms === null ? undefined : timestampFromMs(ms);
}

export function fromTimestamp(timestamp: Timestamp | undefined): number | null {
  return timestamp === undefined ? null : Math.floor(timestampMs(timestamp));
}

export function toMoney(money: Money | null): Money | undefined {
  return money === null ? undefined : { minorAmount: money.minorAmount, currency: money.currency };
}

/** The rules have been checked by then; what is checked again here costs nothing and moves money. */
export function fromMoney(
  money: { readonly minorAmount: bigint; readonly currency: string } | undefined,
  field: string,
): Money {
  if (money === undefined) throw validationFailed([{ field, message: "is required" }]);
  const { minorAmount, currency } = money;
  if (minorAmount <= 0n || minorAmount > MAX_MINOR_AMOUNT) {
    const message = "must be greater than 0 and at most 9007199254740991";
    throw validationFailed([{ field: `${field}.minor_amount`, message }]);
  }
  return { minorAmount, currency };
}
