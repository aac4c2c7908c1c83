import { invalid } from "./refusal.ts";
import type { Transfer } from "./transfer.ts";

/** One page of GET /transfers; the cursors are undefined at the ends. */
export interface Page {
  readonly transfers: readonly Transfer[];
  readonly next: string | undefined;
  readonly previous: string | undefined;
}

const dayMs = 24 * 60 * 60 * 1000;
/** "Not earlier than 6 months before": the shortest six months there are. */
const widestMs = 181 * dayMs;
const largestPage = 100;
const usualPage = 10;

/**
 * The search behind GET /transfers. It wants a window of time and an owner, always: a reference alone
 * finds nothing. Ten a page unless more are asked for.
 */
export function searchTransfers(
  all: readonly Transfer[],
  query: URLSearchParams,
  owns: (transfer: Transfer, query: URLSearchParams) => boolean,
): Page {
  const since = timeOf(query, "createdSince");
  const until = timeOf(query, "createdUntil");
  if (until - since > widestMs || until < since) {
    throw invalid(
      "createdSince",
      query.get("createdSince"),
      "at most 6 months before createdUntil",
    );
  }
  if (!["balancePlatform", "accountHolderId", "balanceAccountId"].some((name) => query.has(name))) {
    throw invalid("balancePlatform", "", "balancePlatform, accountHolderId or balanceAccountId");
  }
  const reference = query.get("reference");
  const found = all.filter(
    (transfer) =>
      transfer.createdAt >= since &&
      transfer.createdAt <= until &&
      (reference === null || transfer.reference === reference) &&
      (query.get("category") ?? "bank") === "bank" &&
      owns(transfer, query),
  );
  if (query.get("sortOrder") === "desc") found.reverse();
  return page(found, query);
}

function page(found: readonly Transfer[], query: URLSearchParams): Page {
  const size = Number(query.get("limit") ?? usualPage);
  if (!Number.isInteger(size) || size < 1 || size > largestPage) {
    throw invalid("limit", query.get("limit"), `1 to ${largestPage}`);
  }
  const start = Number(query.get("cursor")?.replace("S2B-", "") ?? 0);
  const cursor = (place: number) => `S2B-${place}`;
  return {
    transfers: found.slice(start, start + size),
    next: start + size < found.length ? cursor(start + size) : undefined,
    previous: start > 0 ? cursor(Math.max(start - size, 0)) : undefined,
  };
}

function timeOf(query: URLSearchParams, name: string): number {
  const time = Date.parse(query.get(name) ?? "");
  if (Number.isNaN(time)) throw invalid(name, query.get(name), "is required, in ISO 8601");
  return time;
}
