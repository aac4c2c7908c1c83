import type { DisburseAccountStatus } from "../../domain/recipient.ts";
import type { LookupResult } from "../connector.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";
import { ask, askForList, type DwollaApi } from "./dwolla-api.ts";
import { idIn, isId } from "./references.ts";

/** A customer's bank account. */
export interface FundingSource {
  readonly id: string;
  /** Absent where it was not told. */
  readonly customerId: string | undefined;
  readonly name: string | undefined;
  readonly bankAccountType: string | undefined;
  /** It is still shown, and can no longer be paid to. */
  readonly isRemoved: boolean;
  /** By what networks it can be paid; empty where it was not told. */
  readonly channels: readonly string[];
}

export function readFundingSource(json: JsonReply): FundingSource | undefined {
  const id = json.text("id");
  if (!isId(id)) return undefined;
  return {
    id,
    customerId: idIn(json.text("_links", "customer", "href"), "customers"),
    name: json.text("name"),
    bankAccountType: json.text("bankAccountType"),
    isRemoved: json.flag("removed"),
    channels: json.list("channels").flatMap((each) => each.text() ?? []),
  };
}

export function getFundingSource(
  api: DwollaApi,
  id: string,
  signal: AbortSignal,
): Promise<LookupResult<FundingSource>> {
  return ask(api, `/funding-sources/${id}`, signal, (json) => {
    const source = readFundingSource(json);
    return source?.id === id ? source : undefined;
  });
}

/** The bank accounts of a customer, removed ones too. */
export async function listFundingSources(
  api: DwollaApi,
  customerId: string,
  signal: AbortSignal,
): Promise<LookupResult<readonly FundingSource[]>> {
  const path = `/customers/${customerId}/funding-sources`;
  const listed = await askForList(api, path, signal, "funding-sources");
  if (listed.kind !== "found") return listed;
  return { kind: "found", value: listed.value.flatMap((each) => readFundingSource(each) ?? []) };
}

/** One that nobody has verified can be paid to all the same: only to pay from it needs that. */
export function disburseAccountStatus({ isRemoved }: FundingSource): DisburseAccountStatus {
  return isRemoved ? "REJECTED" : "VERIFIED";
}
