import type { ConnectorReference } from "../../domain/payout.ts";
import type { LookupResult, ProcessorState } from "../connector.ts";
import { outcomeUnknown } from "../toolkit/errors.ts";
import { ask, type RevolutApi, unreachable } from "./call.ts";
import { type KnownAs, readById } from "./find-transaction.ts";
import { isToldByPayment, type Link, readLink, toLinkState } from "./link.ts";
import { STEPS } from "./manifest.ts";

/** Links that are read at most, the newest first: Revolut does not search them by our key. */
const NEWEST = 200;

/** By its id where that is known, and otherwise by our key among the newest. */
export async function findLink(
  api: RevolutApi,
  { references, processorKeys }: KnownAs,
  signal: AbortSignal,
): Promise<LookupResult<Link>> {
  const key = processorKeys[STEPS.link];
  const id = linkIdOf(references);
  if (id !== undefined) {
    return ask(api, `/payout-links/${encodeURIComponent(id)}`, signal, ({ json }) => {
      const found = readLink(json);
      return found?.id === id && isUnder(key, found) ? found : undefined;
    });
  }
  return key === undefined ? { kind: "not_found" } : findByKey(api, key, signal);
}

function linkIdOf(references: readonly ConnectorReference[]): string | undefined {
  return references.findLast(({ kind }) => kind === "payout_link")?.id;
}

/** A link under another key than ours is not the payout's, whatever its id. */
function isUnder(key: string | undefined, { requestId }: Link): boolean {
  return key === undefined || requestId === undefined || requestId === key;
}

async function findByKey(
  api: RevolutApi,
  key: string,
  signal: AbortSignal,
): Promise<LookupResult<Link>> {
  const read = await ask(api, `/payout-links?limit=${NEWEST}`, signal, (answer) =>
    answer.json.isList() ? answer.json.list() : undefined,
  );
  if (read.kind === "not_found") return unreachable(outcomeUnknown());
  if (read.kind !== "found") return read;
  const ours = read.value.find((each) => each.text("request_id") === key);
  if (ours === undefined) return { kind: "not_found" };
  const value = readLink(ours);
  return value === undefined ? unreachable(outcomeUnknown()) : { kind: "found", value };
}

/** How a payout stands that is a link's, with the payment that a claim has come to. */
export async function lookupLink(
  api: RevolutApi,
  known: KnownAs & { readonly signal: AbortSignal },
): Promise<LookupResult<ProcessorState>> {
  const found = await findLink(api, known, known.signal);
  return found.kind === "found"
    ? { kind: "found", value: await tellLink(api, found.value, known.signal) }
    : found;
}

/** What a link says, and its payment where that has more to say. */
export async function tellLink(
  api: RevolutApi,
  link: Link,
  signal: AbortSignal,
): Promise<ProcessorState> {
  if (link.transactionId === undefined || !isToldByPayment(link)) return toLinkState(link);
  // It is the link that names the payment: Revolut made it, and not under a key of ours.
  const payment = await readById(api, link.transactionId, undefined, signal);
  return toLinkState(link, payment.kind === "found" ? payment.value : undefined);
}
