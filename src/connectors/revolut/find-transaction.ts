import type { ConnectorReference } from "../../domain/payout.ts";
import type { LookupResult } from "../connector.ts";
import { outcomeUnknown } from "../toolkit/errors.ts";
import { ask, type RevolutApi, unreachable } from "./call.ts";
import { STEPS } from "./manifest.ts";
import { readTransaction, type Transaction, toStatus } from "./transaction.ts";

/** By what a payout's payment is known. */
export interface KnownAs {
  readonly references: readonly ConnectorReference[];
  readonly processorKeys: Readonly<Record<string, string>>;
}

/** By its id where that is known, and otherwise by our key. */
export async function findTransaction(
  api: RevolutApi,
  { references, processorKeys }: KnownAs,
  signal: AbortSignal,
): Promise<LookupResult<Transaction>> {
  const key = processorKeys[STEPS.pay];
  const id = idOf(references);
  if (id !== undefined) return readById(api, id, key, signal);
  return key === undefined ? { kind: "not_found" } : findByKey(api, key, signal);
}

export function idOf(references: readonly ConnectorReference[]): string | undefined {
  return references.findLast(({ kind }) => kind === "transaction")?.id;
}

/** A payment under another key than ours is not the payout's, whatever its id. */
export function readById(
  api: RevolutApi,
  id: string,
  key: string | undefined,
  signal: AbortSignal,
): Promise<LookupResult<Transaction>> {
  return ask(api, `/transaction/${encodeURIComponent(id)}`, signal, ({ json }) => {
    const found = readTransaction(json);
    const isOurs =
      found?.id === id &&
      (key === undefined || found.requestId === undefined || found.requestId === key);
    return isOurs ? found : undefined;
  });
}

/**
 * There is one, unless somebody has used the key again after its time: then one that has not failed
 * counts, since its money has moved or will.
 */
async function findByKey(
  api: RevolutApi,
  key: string,
  signal: AbortSignal,
): Promise<LookupResult<Transaction>> {
  const path = `/transactions?${new URLSearchParams({ request_id: key })}`;
  const read = await ask(api, path, signal, (answer) =>
    answer.json.isList() ? answer.json.list() : undefined,
  );
  if (read.kind === "not_found") return unreachable(outcomeUnknown());
  if (read.kind !== "found") return read;
  const ours = read.value.filter((each) => each.text("request_id") === key);
  if (ours.length === 0) return { kind: "not_found" };
  const payments = ours.flatMap((each) => readTransaction(each) ?? []);
  const value = payments.find(({ word }) => toStatus(word) !== "FAILED") ?? payments[0];
  return value === undefined || payments.length < ours.length
    ? unreachable(outcomeUnknown())
    : { kind: "found", value };
}
