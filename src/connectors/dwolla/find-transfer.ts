import type { ConnectorReference } from "../../domain/payout.ts";
import type { LookupResult } from "../connector.ts";
import { ask, askForList, type DwollaApi, unreadable } from "./dwolla-api.ts";
import { STEPS } from "./plan.ts";
import { idIn, idOf } from "./references.ts";
import { getTransfer, readTransfer, type Transfer } from "./transfer.ts";

/** By what a payout's transfer is known. */
export interface KnownAs {
  readonly references: readonly ConnectorReference[];
  readonly processorKeys: Readonly<Record<string, string>>;
}

/** Transfers that have not come to anything: what another one with the same key has come to counts. */
const DEAD: ReadonlySet<string> = new Set(["failed", "cancelled"]);

/** By its id where that is known, and otherwise by our key, which is its correlation id. */
export function findTransfer(
  api: DwollaApi,
  { references, processorKeys }: KnownAs,
  signal: AbortSignal,
): Promise<LookupResult<Transfer>> {
  const id = idOf(references, "transfer");
  if (id !== undefined) return getTransfer(api, id, signal);
  const key = processorKeys[STEPS.transfer];
  return key === undefined ? Promise.resolve({ kind: "not_found" }) : findByKey(api, key, signal);
}

async function findByKey(
  api: DwollaApi,
  key: string,
  signal: AbortSignal,
): Promise<LookupResult<Transfer>> {
  const account = await ask(api, "/", signal, (json) =>
    idIn(json.text("_links", "account", "href"), "accounts"),
  );
  if (account.kind !== "found") return account.kind === "not_found" ? unreadable() : account;
  const path = `/accounts/${account.value}/transfers?correlationId=${encodeURIComponent(key)}`;
  const listed = await askForList(api, path, signal, "transfers");
  if (listed.kind !== "found") return listed.kind === "not_found" ? unreadable() : listed;
  const ours = listed.value.filter((each) => each.text("correlationId") === key);
  if (ours.length === 0) return { kind: "not_found" };
  const transfers = ours.flatMap((each) => readTransfer(each) ?? []);
  const transfer = transfers.find(({ word }) => !DEAD.has(word)) ?? transfers[0];
  return transfer === undefined ? unreadable() : { kind: "found", value: transfer };
}
