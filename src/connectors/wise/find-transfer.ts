import type { ConnectorReference } from "../../domain/payout.ts";
import type { LookupResult } from "../connector.ts";
import { outcomeUnknown } from "../toolkit/errors.ts";
import { ask, unreachable, type WiseApi } from "./call.ts";
import { STEPS } from "./manifest.ts";
import { findReference } from "./references.ts";
import { readOwnTransfer, readTransfer, sameKey, type Transfer } from "./transfer.ts";

/** By what a payout's transfer is known. */
export interface KnownAs {
  readonly references: readonly ConnectorReference[];
  readonly processorKeys: Readonly<Record<string, string>>;
}

/** Transfers of one page of the list. */
const PAGE = 100;
/** Pages read at most: a look-up must end within the time of one call. */
const MAX_PAGES = 5;
/** How far back a transfer of unknown id is looked for: twice the key's window (milliseconds). */
const LOOK_BACK_MS = 2 * 24 * 60 * 60 * 1000;

/** By its id where that is known, and otherwise by our key, for which the list has to be read. */
export async function findTransfer(
  api: WiseApi,
  { references, processorKeys }: KnownAs,
  signal: AbortSignal,
): Promise<LookupResult<Transfer>> {
  const key = processorKeys[STEPS.transfer];
  const id = findReference(references, "transfer");
  if (id !== undefined) {
    const path = `/v1/transfers/${encodeURIComponent(id)}`;
    return ask(api, path, signal, ({ json }) => readOwnTransfer(json, key));
  }
  return key === undefined ? { kind: "not_found" } : findInList(api, key, signal);
}

/**
 * There is no look-up by customerTransactionId. Who has made more transfers since than are read here is
 * told `not_found`, which proves nothing: a repeat under the same key answers the same transfer.
 */
async function findInList(
  api: WiseApi,
  key: string,
  signal: AbortSignal,
): Promise<LookupResult<Transfer>> {
  const since = new Date(api.now() - LOOK_BACK_MS).toISOString();
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = new URLSearchParams({
      profile: api.profile,
      createdDateStart: since,
      limit: String(PAGE),
      offset: String(page * PAGE),
    });
    const read = await ask(api, `/v1/transfers?${query}`, signal, ({ json }) =>
      json.isList() ? json.list() : undefined,
    );
    if (read.kind !== "found") {
      return read.kind === "not_found" ? unreachable(outcomeUnknown()) : read;
    }
    const ours = read.value.find((each) => sameKey(each.text("customerTransactionId"), key));
    if (ours !== undefined) {
      const transfer = readTransfer(ours);
      return transfer ? { kind: "found", value: transfer } : unreachable(outcomeUnknown());
    }
    if (read.value.length < PAGE) break;
  }
  return { kind: "not_found" };
}
