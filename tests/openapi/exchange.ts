/** One REST request, and what was answered. */
export interface Exchange {
  readonly method: string;
  /** Path and query, as they came: also as an absolute address, and with a fragment. */
  readonly target: string;
  /** Names in lower case. */
  readonly requestHeaders: Readonly<Record<string, string | string[] | undefined>>;
  readonly requestBody: Buffer;
  readonly status: number;
  readonly answerHeaders: Readonly<Record<string, unknown>>;
  /** Null where there is none that is a whole: an answer to HEAD, or a file. */
  readonly answerBody: Buffer | null;
}

export function pathOf({ target }: Exchange): string {
  return /^[^?#]*/.exec(target.replace(/^https?:\/\/[^/?#]*/i, ""))?.[0] ?? "";
}

/** Without the question mark. */
export function queryOf({ target }: Exchange): string {
  const [whole = ""] = target.split("#", 1);
  const mark = whole.indexOf("?");
  return mark === -1 ? "" : whole.slice(mark + 1);
}
