import { ServiceError } from "../domain/errors.ts";
import { limits } from "../limits.ts";
import type { Page, PagePosition } from "../repository/repository.ts";
import type { KeyedHash } from "../security/keyed-hash.ts";

/** What a list call asks for: 0 is the default size, an empty token the first page. */
export interface PageRequest {
  readonly pageSize: number;
  readonly pageToken: string;
}

export interface Paged<T> {
  readonly items: readonly T[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

/**
 * Lists one page. Tokens hold the position of the last row and are sealed by a keyed hash over the
 * list, its filter and the merchant: a token is good for nothing else.
 *
 * @param filter the list's name, merchant and filter, in a fixed form
 * @throws ServiceError INVALID_PAGE_TOKEN
 */
export async function listPage<T>(
  hash: KeyedHash,
  { pageSize, pageToken }: PageRequest,
  filter: unknown,
  list: (page: Page) => Promise<readonly T[]>,
  positionOf: (item: T) => PagePosition,
): Promise<Paged<T>> {
  const size = pageSize === 0 ? limits.pageSize.default : Math.min(pageSize, limits.pageSize.max);
  const after = pageToken === "" ? null : openToken(hash, pageToken, filter);
  // One more than asked for tells whether there is another page.
  const rows = await list({ limit: size + 1, after });
  const items = rows.slice(0, size);
  const last = items.at(-1);
  const more = rows.length > size && last !== undefined;
  return { items, nextPageToken: more ? sealToken(hash, positionOf(last), filter) : "" };
}

const SEAL_BYTES = 12;

function seal(hash: KeyedHash, position: string, filter: unknown): Buffer {
  return hash.bytes("page-token", JSON.stringify([position, filter])).subarray(0, SEAL_BYTES);
}

/** The token of a position, good for this list with this filter only. */
export function sealPosition(hash: KeyedHash, position: string, filter: unknown): string {
  return Buffer.concat([seal(hash, position, filter), Buffer.from(position)]).toString("base64url");
}

/** The position in a token. @throws ServiceError INVALID_PAGE_TOKEN */
export function openPosition(hash: KeyedHash, token: string, filter: unknown): string {
  const bytes = Buffer.from(token, "base64url");
  const position = bytes.subarray(SEAL_BYTES).toString("utf8");
  // Page tokens guard against mistakes, not against forgery: the merchant is part of every query.
  if (!seal(hash, position, filter).equals(bytes.subarray(0, SEAL_BYTES))) {
    throw new ServiceError("INVALID_PAGE_TOKEN");
  }
  return position;
}

/** The token of a position in a list by time. */
export function sealToken(
  hash: KeyedHash,
  { createTime, id }: PagePosition,
  filter: unknown,
): string {
  return sealPosition(hash, JSON.stringify([createTime, id]), filter);
}

/** The position in such a token. @throws ServiceError INVALID_PAGE_TOKEN */
export function openToken(hash: KeyedHash, token: string, filter: unknown): PagePosition {
  const [createTime, id] = JSON.parse(openPosition(hash, token, filter)) as [number, string];
  return { createTime, id };
}
