import { PAYOUT_EVENT_TYPES } from "./event.ts";
import { LINK_STATES } from "./link.ts";
import { DISBURSE_ACCOUNT_STATUSES, RECIPIENT_STATUSES } from "./recipient.ts";
import { DISABLED_EVENT, PING_EVENT } from "./webhook.ts";

const of = (kind: string, words: readonly string[]) =>
  words.map((word) => `${kind}.${word.toLowerCase()}`);

/** Every type that an event can have. */
export const EVENT_TYPES: ReadonlySet<string> = new Set([
  ...Object.values(PAYOUT_EVENT_TYPES),
  ...of("recipient", RECIPIENT_STATUSES),
  ...of("disburse_account", [...DISBURSE_ACCOUNT_STATUSES, "removed"]),
  ...of("payout_link", LINK_STATES),
  DISABLED_EVENT,
  PING_EVENT,
]);

const KINDS: ReadonlySet<string> = new Set([...EVENT_TYPES].map(kindOf));

function kindOf(type: string): string {
  return type.slice(0, type.indexOf("."));
}

/** Whether there can be events that a filter names: a type, all of a kind such as `payout.*`, or `*`. */
export function isEventFilter(filter: string): boolean {
  if (filter === "*" || EVENT_TYPES.has(filter)) return true;
  return filter.endsWith(".*") && KINDS.has(filter.slice(0, -2));
}

/** Whether a type is one of those that filters name; no filter names every type. */
export function isSelected(type: string, filters: readonly string[]): boolean {
  return filters.length === 0 || filters.includes(type) || filters.includes(`${kindOf(type)}.*`);
}
