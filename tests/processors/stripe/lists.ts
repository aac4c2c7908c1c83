import { invalidParam } from "./stripe-error.ts";

/** A page of a list, newest first. Throws where `starting_after` names nothing of the list. */
export function listOf<T extends { id: string }>(
  url: string,
  oldestFirst: readonly T[],
  query: URLSearchParams,
  render: (item: T) => unknown,
): Record<string, unknown> {
  const limit = Number(query.get("limit") ?? "10");
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
    throw invalidParam("parameter_invalid_integer", "limit", "limit must be between 1 and 100");
  }
  const items = [...oldestFirst].reverse();
  const after = query.get("starting_after");
  const start = after === null ? 0 : items.findIndex(({ id }) => id === after) + 1;
  if (after !== null && start === 0) {
    throw invalidParam("resource_missing", "starting_after", `No such object: '${after}'`);
  }
  const page = items.slice(start, start + limit);
  const hasMore = start + limit < items.length;
  return { object: "list", data: page.map(render), has_more: hasMore, url };
}
