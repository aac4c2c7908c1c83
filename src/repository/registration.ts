import type { StepOutcome } from "../domain/attempt.ts";
import type { PayoutError } from "../domain/payout.ts";
import type { DisburseAccountStatus, RecipientStatus } from "../domain/recipient.ts";
import type { Job } from "./job.ts";

/** A recipient or account at one processor: the intent, its key, and what came of it. */
export interface Registration {
  readonly merchantId: string;
  /** The recipient's or account's id. */
  readonly subjectId: string;
  readonly connector: string;
  /** Stored before the first byte leaves; the same on every retry. */
  readonly processorKey: string;
  readonly outcome: StepOutcome | null;
  /** Raised before each call. */
  readonly tries: number;
  readonly status: RecipientStatus | DisburseAccountStatus;
  /** The processor's id. */
  readonly connectorId: string | null;
  readonly requirements: readonly string[];
  readonly error: PayoutError | null;
  /** When the intent was stored (milliseconds). */
  readonly createTime: number;
  /** Null once there is nothing left to do. */
  readonly job: Job | null;
}
