import type { FieldViolation } from "./violation.ts";

/** The codes of Connect and gRPC that this service answers. */
export type ErrorCode =
  | "invalid_argument"
  | "not_found"
  | "already_exists"
  | "permission_denied"
  | "unauthenticated"
  | "failed_precondition"
  | "aborted"
  | "resource_exhausted"
  | "unavailable"
  | "unimplemented"
  | "deadline_exceeded"
  | "internal";

interface CatalogueEntry {
  readonly code: ErrorCode;
  /** The status on REST; RPC faces follow from the code. */
  readonly httpStatus: number;
  /** Told to callers as it is: a constant, without anything of the request or of a processor. */
  readonly message: string;
  /** Whether the same call may succeed later, unchanged. */
  readonly retryable?: true;
}

/**
 * Every reason that a call can be refused for. This is the one catalogue: transports render it, the
 * documentation lists it. A reason is never renamed; its message may be made clearer.
 */
export const ERROR_CATALOGUE = {
  API_KEY_MISSING: {
    code: "unauthenticated",
    httpStatus: 401,
    message: "No API key was given. Send it as 'Authorization: Bearer <API key>'.",
  },
  API_KEY_INVALID: {
    code: "unauthenticated",
    httpStatus: 401,
    message: "The API key is unknown, expired or revoked.",
  },
  WEBHOOK_NOT_VERIFIED: {
    code: "unauthenticated",
    httpStatus: 401,
    message: "The message is not signed as this account's processor signs its messages.",
  },
  SCOPE_MISSING: {
    code: "permission_denied",
    httpStatus: 403,
    message: "The API key lacks the scope that this call needs; see metadata.required_scope.",
  },
  OPERATOR_REQUIRED: {
    code: "permission_denied",
    httpStatus: 403,
    message: "Only an API key of the operator's own merchant can do this.",
  },
  VALIDATION_FAILED: {
    code: "invalid_argument",
    httpStatus: 400,
    message: "The request has fields that are missing or wrong; each is named with its remedy.",
  },
  MALFORMED_REQUEST: {
    code: "invalid_argument",
    httpStatus: 400,
    message: "The request could not be read.",
  },
  INVALID_PAGE_TOKEN: {
    code: "invalid_argument",
    httpStatus: 400,
    message:
      "The page token is not one of this list with these filters. Start again without a token.",
  },
  IDEMPOTENCY_KEY_INVALID: {
    code: "invalid_argument",
    httpStatus: 400,
    message: "Idempotency-Key must be 1 to 255 visible ASCII characters, given once.",
  },
  IDEMPOTENCY_KEY_REUSED: {
    code: "invalid_argument",
    httpStatus: 422,
    message:
      "This Idempotency-Key was used for another request. Use a new key for a new request, or repeat the first request unchanged.",
  },
  REQUEST_IN_PROGRESS: {
    code: "aborted",
    httpStatus: 409,
    message: "The first call with this Idempotency-Key is still running. Repeat this call later.",
    retryable: true,
  },
  PAYOUT_NOT_FOUND: { code: "not_found", httpStatus: 404, message: "There is no such payout." },
  RECIPIENT_NOT_FOUND: {
    code: "not_found",
    httpStatus: 404,
    message: "There is no such recipient.",
  },
  DISBURSE_ACCOUNT_NOT_FOUND: {
    code: "not_found",
    httpStatus: 404,
    message: "There is no such disburse account.",
  },
  LINK_NOT_FOUND: { code: "not_found", httpStatus: 404, message: "There is no such payout link." },
  EVENT_NOT_FOUND: { code: "not_found", httpStatus: 404, message: "There is no such event." },
  MERCHANT_NOT_FOUND: { code: "not_found", httpStatus: 404, message: "There is no such merchant." },
  API_KEY_NOT_FOUND: { code: "not_found", httpStatus: 404, message: "There is no such API key." },
  CONNECTOR_ACCOUNT_NOT_FOUND: {
    code: "not_found",
    httpStatus: 404,
    message: "There is no such connector account.",
  },
  WEBHOOK_ENDPOINT_NOT_FOUND: {
    code: "not_found",
    httpStatus: 404,
    message: "There is no such webhook endpoint.",
  },
  WEBHOOK_DELIVERY_NOT_FOUND: {
    code: "not_found",
    httpStatus: 404,
    message: "There is no such webhook delivery. They are kept for 30 days.",
  },
  CONNECTOR_NOT_FOUND: {
    code: "not_found",
    httpStatus: 404,
    message: "There is no such connector. ListConnectors names those that there are.",
  },
  METHOD_NOT_FOUND: {
    code: "not_found",
    httpStatus: 404,
    message: "There is nothing at this path.",
  },
  METHOD_NOT_ALLOWED: {
    code: "unimplemented",
    httpStatus: 405,
    message: "This path does not take this HTTP method; see the Allow header.",
  },
  UNSUPPORTED_MEDIA_TYPE: {
    code: "invalid_argument",
    httpStatus: 415,
    message: "Send the body as application/json in UTF-8.",
  },
  REQUEST_TOO_LARGE: {
    code: "resource_exhausted",
    httpStatus: 413,
    message: "The request is too large.",
  },
  PAYOUT_ALREADY_EXISTS: {
    code: "already_exists",
    httpStatus: 409,
    message: "A payout with this merchant_payout_id is there already; see metadata.payout_id.",
  },
  RECIPIENT_ALREADY_EXISTS: {
    code: "already_exists",
    httpStatus: 409,
    message:
      "A recipient with this merchant_recipient_id is there already; see metadata.recipient_id.",
  },
  CONNECTOR_UNSUPPORTED: {
    code: "failed_precondition",
    httpStatus: 400,
    message: "The connector cannot do this; see the metadata for what it can.",
  },
  RECIPIENT_HAS_NO_ACCOUNT: {
    code: "failed_precondition",
    httpStatus: 400,
    message: "The recipient has no default disburse account. Enroll one, or name another.",
  },
  RECIPIENT_REJECTED: {
    code: "failed_precondition",
    httpStatus: 400,
    message: "The processor has rejected this recipient or account. Use another.",
  },
  PAYOUT_STATE_CONFLICT: {
    code: "failed_precondition",
    httpStatus: 409,
    message: "The payout's status does not allow this; see metadata.status.",
  },
  LINK_STATE_CONFLICT: {
    code: "failed_precondition",
    httpStatus: 409,
    message: "The link's state does not allow this; see metadata.state.",
  },
  CLAIM_CODE_WRONG: {
    code: "permission_denied",
    httpStatus: 403,
    message: "The claim code is not the right one.",
  },
  LINK_TRIES_EXHAUSTED: {
    code: "resource_exhausted",
    httpStatus: 429,
    message: "There were too many wrong tries. Wait as long as the answer says.",
    retryable: true,
  },
  CONNECTOR_ACCOUNT_IN_USE: {
    code: "failed_precondition",
    httpStatus: 409,
    message:
      "Payouts are under way with this account. Disable it, and remove it when they have ended.",
  },
  CONNECTOR_ACCOUNT_FIXED: {
    code: "failed_precondition",
    httpStatus: 409,
    message: "The account came with the service's environment and is changed there.",
  },
  WEBHOOK_ENDPOINT_LIMIT: {
    code: "failed_precondition",
    httpStatus: 409,
    message: "A merchant has at most 20 webhook endpoints. Remove one first.",
  },
  WEBHOOK_ENDPOINT_DISABLED: {
    code: "failed_precondition",
    httpStatus: 409,
    message: "The webhook endpoint is disabled. Enable it first.",
  },
  CONNECTOR_ACCOUNT_LIMIT: {
    code: "failed_precondition",
    httpStatus: 409,
    message: "The merchant has as many connector accounts as it may. Remove one first.",
  },
  API_KEY_ENDED: {
    code: "failed_precondition",
    httpStatus: 409,
    message: "The API key has expired or was revoked. Make a new one.",
  },
  QUOTE_EXPIRED: {
    code: "failed_precondition",
    httpStatus: 409,
    message: "The quote has expired. Stage the payout again to renew it.",
  },
  VOID_REFUSED: {
    code: "failed_precondition",
    httpStatus: 409,
    message: "The processor did not stop the payout: it goes on, and the money may still arrive.",
  },
  ETAG_MISMATCH: {
    code: "aborted",
    httpStatus: 412,
    message: "The resource has changed since it was read. Read it again and decide anew.",
  },
  SANDBOX_STATE_CONFLICT: {
    code: "failed_precondition",
    httpStatus: 409,
    message: "The sandbox processor's transfer is not in a state that allows this.",
  },
  CONNECTOR_UNAVAILABLE: {
    code: "unavailable",
    httpStatus: 503,
    message: "The processor could not be reached; nothing was sent. Try again later.",
    retryable: true,
  },
  DATABASE_UNAVAILABLE: {
    code: "unavailable",
    httpStatus: 503,
    message: "The database cannot do this just now; nothing was stored. Try again later.",
    retryable: true,
  },
  DEADLINE_EXCEEDED: {
    code: "deadline_exceeded",
    httpStatus: 504,
    message: "The call's own deadline passed before there was an answer.",
    retryable: true,
  },
  RATE_LIMITED: {
    code: "resource_exhausted",
    httpStatus: 429,
    message: "The API key makes more calls than it may. Wait as long as the answer says.",
    retryable: true,
  },
  OVERLOADED: {
    code: "resource_exhausted",
    httpStatus: 429,
    message: "The service has too much to do. Try again later.",
    retryable: true,
  },
  SHUTTING_DOWN: {
    code: "unavailable",
    httpStatus: 503,
    message: "The service is shutting down. Try again.",
    retryable: true,
  },
  STREAM_TOO_SLOW: {
    code: "resource_exhausted",
    httpStatus: 429,
    message: "The stream was not read fast enough. Resume it from the last event.",
    retryable: true,
  },
  UNIMPLEMENTED: {
    code: "unimplemented",
    httpStatus: 501,
    message: "This is not available here.",
  },
  INTERNAL: { code: "internal", httpStatus: 500, message: "Something went wrong in the service." },
} as const satisfies Readonly<Record<string, CatalogueEntry>>;

export type ErrorReason = keyof typeof ERROR_CATALOGUE;

/** The entry of a reason, with the optional parts readable. */
export function catalogueEntry(reason: ErrorReason): CatalogueEntry {
  return ERROR_CATALOGUE[reason];
}

interface ServiceErrorOptions {
  /** Facts for programs: ids, statuses, what is supported. Never anything secret. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly violations?: readonly FieldViolation[];
  /** When a retry is right, in milliseconds. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** A refusal that the caller is told, from the catalogue. `cause` is for the log alone. */
export class ServiceError extends Error {
  readonly reason: ErrorReason;
  readonly metadata: Readonly<Record<string, string>>;
  readonly violations: readonly FieldViolation[];
  readonly retryAfterMs: number | undefined;

  constructor(reason: ErrorReason, options: ServiceErrorOptions = {}) {
    super(ERROR_CATALOGUE[reason].message, { cause: options.cause });
    this.name = "ServiceError";
    this.reason = reason;
    this.metadata = options.metadata ?? {};
    this.violations = options.violations ?? [];
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The refusal for fields that are missing or wrong. */
export function validationFailed(violations: readonly FieldViolation[]): ServiceError {
  return new ServiceError("VALIDATION_FAILED", { violations });
}
