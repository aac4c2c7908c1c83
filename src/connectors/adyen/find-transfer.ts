import type { ConnectorReference } from "../../domain/payout.ts";
import type { LookupResult } from "../connector.ts";
import { outcomeUnknown } from "../toolkit/errors.ts";
import type { HttpReply } from "../toolkit/http-client.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";
import { type AdyenApi, get } from "./adyen-api.ts";
import { transferKey } from "./steps.ts";
import { readOwnTransfer, type Transfer } from "./transfer.ts";

/** By what a payout's transfer is known. */
export interface KnownAs {
  readonly references: readonly ConnectorReference[];
  readonly processorKeys: Readonly<Record<string, string>>;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** The widest span that is searched: no six months are shorter than 181 days. */
const LOOK_BACK_MS = 179 * DAY_MS;
/** Adyen's clock may be ahead of ours. */
const LOOK_AHEAD_MS = DAY_MS;

/** By its id where that is known, and otherwise by our key, which is its reference. */
export async function findTransfer(
  api: AdyenApi,
  { references, processorKeys }: KnownAs,
  signal: AbortSignal,
): Promise<LookupResult<Transfer>> {
  const key = transferKey(processorKeys);
  const id = transferIdOf(references);
  if (id !== undefined) {
    const path = `/transfers/${encodeURIComponent(id)}`;
    return get(api, { at: "transfers", path, signal }, (json) => readOwnTransfer(json, key));
  }
  return key === undefined ? { kind: "not_found" } : searchTransfer(api, key, signal);
}

export function transferIdOf(references: readonly ConnectorReference[]): string | undefined {
  return references.findLast(({ kind }) => kind === "transfer")?.id;
}

async function searchTransfer(
  api: AdyenApi,
  key: string,
  signal: AbortSignal,
): Promise<LookupResult<Transfer>> {
  const now = api.now();
  const query = new URLSearchParams({
    reference: key,
    balanceAccountId: api.balanceAccountId,
    createdSince: new Date(now - LOOK_BACK_MS).toISOString(),
    createdUntil: new Date(now + LOOK_AHEAD_MS).toISOString(),
  });
  const path = `/transfers?${query}`;
  const asked = await get(api, { at: "transfers", path, signal }, readPage);
  // A search that is refused says nothing of what there is.
  if (asked.kind === "not_found") return { kind: "unreachable", error: outcomeUnknown() };
  if (asked.kind === "unreachable") return asked;
  const ours = asked.value.find((each) => each.text("reference") === key);
  if (ours === undefined) return { kind: "not_found" };
  const value = readOwnTransfer(ours, key);
  return value === undefined
    ? { kind: "unreachable", error: outcomeUnknown() }
    : { kind: "found", value };
}

/** The transfers of a page; undefined for what is none. */
function readPage(json: JsonReply, { body }: HttpReply): readonly JsonReply[] | undefined {
  return /"data"\s*:\s*\[/.test(body) ? json.list("data") : undefined;
}
