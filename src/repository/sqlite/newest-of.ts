import type { Page } from "../repository.ts";

/** Where a row stands in a list: newest first, and of one millisecond the greatest id first. */
export interface Standing {
  readonly createTime: number;
  readonly id: string | number;
}

/** The part of a list that is read: rows strictly before a standing, and none older than a time. */
export interface Window {
  readonly before: Standing;
  /** Inclusive (milliseconds). */
  readonly since: number;
  readonly limit: number;
}

/**
 * The newest rows of several ranges of an index, each of which is read newest first.
 *
 * An index answers a filter without walking past other rows only where each of its columns has one
 * value. So a filter with several values, or with none for a column that comes before the time, is read
 * as several ranges. Once a page is full, its oldest row bounds what the next range can add: together
 * they cost little more than one page, and a look at an index for each range.
 */
export function newestOf<Range, Row extends Standing>(
  ranges: Iterable<Range>,
  window: Window,
  read: (range: Range, window: Window) => readonly Row[],
): readonly Row[] {
  let newest: readonly Row[] = [];
  let { since } = window;
  for (const range of ranges) {
    const rows = read(range, { ...window, since });
    if (rows.length === 0) continue;
    newest = newest.length === 0 ? rows : merged(newest, rows, window.limit);
    const oldest = newest.length < window.limit ? undefined : newest.at(-1);
    if (oldest !== undefined) since = Math.max(since, oldest.createTime);
  }
  return newest;
}

function merged<Row extends Standing>(
  left: readonly Row[],
  right: readonly Row[],
  limit: number,
): readonly Row[] {
  const all: Row[] = [];
  for (let i = 0, j = 0; all.length < limit; ) {
    const a = left[i];
    const b = right[j];
    if (a === undefined && b === undefined) break;
    if (b === undefined || (a !== undefined && isNewer(a, b))) {
      all.push(a as Row);
      i += 1;
    } else {
      all.push(b);
      j += 1;
    }
  }
  return all;
}

function isNewer(a: Standing, b: Standing): boolean {
  return a.createTime === b.createTime ? a.id > b.id : a.createTime > b.createTime;
}

/** Before every row that there can be, and so the first page's place. */
const AHEAD_OF_ALL = Number.MAX_SAFE_INTEGER;

/**
 * The window of a page and of a span of time, `from` inclusive and `to` exclusive (milliseconds).
 *
 * @param id by which rows of one millisecond are ordered, when it is another than the page's
 */
export function windowOf(
  { after, limit }: Page,
  from: number | null = null,
  to: number | null = null,
  id?: number,
): Window {
  // Positions begin at 1 and ids with a letter: nothing of `to` itself is in the window.
  const end = { createTime: to ?? AHEAD_OF_ALL, id: id === undefined ? "" : 0 };
  const place = after === null ? end : { createTime: after.createTime, id: id ?? after.id };
  return { before: isNewer(place, end) ? end : place, since: from ?? 0, limit };
}

/**
 * The values that a column has, by one look at an index each.
 *
 * @param next the least value above another, or null
 */
export function* valuesOf(next: (above: string) => string | null): Iterable<string> {
  for (let value = next(""); value !== null; value = next(value)) yield value;
}
