import type { TransferState } from "../../sandbox-processor/wire.ts";

/** A JSON object whose fields have not been looked at. */
export type Fields = Readonly<Record<string, unknown>>;

/** The object in a reply; undefined for anything that is none. Never throws. */
export function readObject(body: string): Fields | undefined {
  try {
    return asObject(JSON.parse(body));
  } catch {
    return undefined;
  }
}

export function asObject(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : undefined;
}

/** A text that is not empty. */
export function asText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A whole number that came as one or as text: types drift. */
export function asWhole(value: unknown): number | undefined {
  const number = typeof value === "string" && /^[0-9]{1,16}$/.test(value) ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) ? number : undefined;
}

/** Minor units that came as text or as a number. */
export function asAmount(value: unknown): bigint | undefined {
  if (typeof value === "string") return /^[0-9]{1,30}$/.test(value) ? BigInt(value) : undefined;
  return typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : undefined;
}

/** A transfer of which id and state could be read; the rest as far as it could. */
export interface ReadTransfer {
  readonly transferId: string;
  /** A word that may be none that we know. */
  readonly state: TransferState | (string & {});
  readonly idempotencyKey: string;
  readonly payoutId: string;
  readonly amount: bigint | undefined;
  readonly currency: string;
  readonly destinationAmount: bigint | undefined;
  readonly destinationCurrency: string;
  readonly scenario: string;
  readonly reason: string;
  readonly sequence: number | undefined;
  readonly createTime: number;
}

/** Reads a transfer; undefined when it does not even say which it is and where it stands. */
export function readTransfer(fields: Fields | undefined): ReadTransfer | undefined {
  const transferId = asText(fields?.["transfer_id"]);
  const state = asText(fields?.["state"]);
  if (fields === undefined || transferId === undefined || state === undefined) return undefined;
  return {
    transferId,
    state,
    idempotencyKey: asText(fields["idempotency_key"]) ?? "",
    payoutId: asText(fields["payout_id"]) ?? "",
    amount: asAmount(fields["amount"]),
    currency: asText(fields["currency"]) ?? "",
    destinationAmount: asAmount(fields["destination_amount"]),
    destinationCurrency: asText(fields["destination_currency"]) ?? "",
    scenario: asText(fields["scenario"]) ?? "",
    reason: asText(fields["reason"]) ?? "",
    sequence: asWhole(fields["sequence"]),
    createTime: asWhole(fields["create_time"]) ?? 0,
  };
}
