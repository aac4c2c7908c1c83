import type { FaultKind } from "./faults.ts";

/** One request as it arrived, for handlers and for assertions. */
export interface CapturedRequest {
  /** 1 for the first request that the fake got. */
  readonly order: number;
  /** The fake's clock, in milliseconds. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** The route that took it; undefined where none did. */
  readonly template: string | undefined;
  readonly params: Readonly<Record<string, string>>;
  /** Without its question mark. */
  readonly queryText: string;
  readonly query: URLSearchParams;
  /** Names in lower case; a header that came twice is joined with ", ". */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty until the body has been read. */
  raw: Buffer;
  /** JSON, or a form as nested objects of text; undefined without a body or where it is neither. */
  body: unknown;
  /** What hit it, if anything did. */
  fault: FaultKind | undefined;
  /** The status that went out; undefined where no whole reply did. */
  replied: number | undefined;
}
