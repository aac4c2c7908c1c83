/** What came of a number of calls. */
export interface LoadResult {
  readonly calls: number;
  /** Told that the service has too much to do. */
  readonly refused: number;
  /** Any other end but a good answer. */
  readonly failed: number;
  /** From the first call until the last answer (milliseconds). */
  readonly elapsedMs: number;
  /** Of each call that was answered well (milliseconds). */
  readonly latencies: readonly number[];
}

/** Callers that make so many calls together, each its next one when its last is answered. */
export interface Load {
  run(calls: number): Promise<LoadResult>;
  close(): void;
}
