import { Code, ConnectError } from "@connectrpc/connect";
import { BadRequestSchema, ErrorInfoSchema } from "../../gen/google/rpc/error_details_pb.js";
import { ERROR_REASONS, type ErrorReason } from "./error-reasons.ts";
import { retryAfterMs } from "./retry-after.ts";

/** The codes of Connect and gRPC, as REST spells them. */
export type ErrorCode =
  | "canceled"
  | "unknown"
  | "invalid_argument"
  | "deadline_exceeded"
  | "not_found"
  | "already_exists"
  | "permission_denied"
  | "resource_exhausted"
  | "failed_precondition"
  | "aborted"
  | "out_of_range"
  | "unimplemented"
  | "internal"
  | "unavailable"
  | "data_loss"
  | "unauthenticated";

/** A field of the request that was refused. */
export interface ErrorField {
  /** Its path, such as `amount.currency`. */
  readonly field: string;
  /** What it must be. */
  readonly message: string;
}

/** What a call failed with, as data. */
export interface PayoutError {
  readonly code: ErrorCode;
  /**
   * Why the service refused. Undefined when it was not the service that answered, or when its reason is
   * newer than this package.
   */
  readonly reason: ErrorReason | undefined;
  readonly message: string;
  /** For VALIDATION_FAILED: every field at fault. */
  readonly fields: readonly ErrorField[];
  /** Facts for programs, such as `payout_id` of PAYOUT_ALREADY_EXISTS. */
  readonly metadata: Readonly<Record<string, string>>;
  /** What to name when asking the operator; undefined when there was no answer. */
  readonly requestId: string | undefined;
  /**
   * Whether the same call may succeed later, unchanged. A mutation is repeated with the idempotency key
   * that it had: what became of it the first time may be unknown.
   */
  readonly retryable: boolean;
  /** When a repeat is right, in milliseconds from the answer, if the service says so. */
  readonly retryAfterMs: number | undefined;
}

/** Reads what a call has thrown. What no call throws, a mistake in a program, has the code `unknown`. */
export function payoutError(thrown: unknown): PayoutError {
  const error = ConnectError.from(thrown);
  const [info] = error.findDetails(ErrorInfoSchema);
  const waitMs = retryAfterMs(error);
  return {
    code: codeName(error.code),
    reason: ERROR_REASONS.find((reason) => reason === info?.reason),
    message: error.rawMessage,
    fields: error
      .findDetails(BadRequestSchema)
      .flatMap(({ fieldViolations }) => fieldViolations)
      .map(({ field, description }) => ({ field, message: description })),
    metadata: { ...info?.metadata },
    requestId: error.metadata.get("x-request-id") ?? undefined,
    retryable: waitMs !== undefined || (info === undefined && UNANSWERED.has(error.code)),
    retryAfterMs: waitMs,
  };
}

/** What a call ends with that got no answer of the service's own. */
const UNANSWERED: ReadonlySet<Code> = new Set([Code.Unavailable, Code.DeadlineExceeded]);

/** Code.InvalidArgument as "invalid_argument". */
function codeName(code: Code): ErrorCode {
  return Code[code].replace(/\B[A-Z]/g, (letter) => `_${letter}`).toLowerCase() as ErrorCode;
}
