import type { LookupResult } from "../connector.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";
import { type AdyenApi, get } from "./adyen-api.ts";
import { type AccountIdentification, isInstrumentId } from "./counterparty.ts";
import { readVerification, type Verification } from "./verification.ts";

/** A bank account that the processor knows and checks. */
export interface Instrument {
  readonly id: string;
  readonly verification: Verification;
  /** The account's numbers, as far as they are told. */
  readonly identification: JsonReply;
}

export function readInstrument(json: JsonReply): Instrument | undefined {
  const id = json.text("id");
  if (!isInstrumentId(id)) return undefined;
  const identification = json.at("bankAccount", "accountIdentification");
  return { id, verification: readVerification(json), identification };
}

export function getInstrument(
  api: AdyenApi,
  id: string,
  signal: AbortSignal,
): Promise<LookupResult<Instrument>> {
  const path = `/transferInstruments/${encodeURIComponent(id)}`;
  return get(api, { at: "legalEntities", path, signal }, (json) => {
    const instrument = readInstrument(json);
    return instrument?.id === id ? instrument : undefined;
  });
}

/** Whether it is the very same account: numbers that are masked prove nothing. */
export function isSameAccount(
  { identification }: Instrument,
  { bic: _, ...numbers }: AccountIdentification,
): boolean {
  return Object.entries(numbers).every(([name, value]) => identification.text(name) === value);
}
