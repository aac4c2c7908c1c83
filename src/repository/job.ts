/**
 * Work that is due for one subject, in the table with the subject's own data. Polling the table is
 * the truth; signals only shorten the wait. Times in milliseconds on the repository's clock.
 */
export interface Job {
  /** When the work wants to be done. */
  readonly runAt: number;
  /** How often it was put off since it last made progress; drives the pauses. */
  readonly tries: number;
  /** Who is at it. Only the holder of the token may record what came of the work. */
  readonly lease: Lease | null;
}

/** The right to work on a subject until a time, unless it is extended. */
export interface Lease {
  /** Random; a new one for each claim. */
  readonly token: string;
  readonly until: number;
}

export type JobKind = "payout" | "registration";

/** A job that this process has just claimed. */
export interface ClaimedJob {
  readonly kind: JobKind;
  /** The payout's id; for a registration the recipient's or account's id. */
  readonly subjectId: string;
  readonly merchantId: string;
  /** The connector that the work calls. */
  readonly connector: string;
  readonly token: string;
}

/** The lane of a job: one merchant's work at one connector. What hangs there holds up nothing else. */
export function laneOf({
  merchantId,
  connector,
}: Pick<ClaimedJob, "merchantId" | "connector">): string {
  return `${merchantId}/${connector}`;
}
