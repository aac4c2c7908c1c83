import { Code, ConnectError } from "@connectrpc/connect";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  PreconditionFailureSchema,
  RetryInfoSchema,
} from "../../../gen/google/rpc/error_details_pb.js";
import {
  catalogueEntry,
  type ErrorCode,
  type ErrorReason,
  type ServiceError,
} from "../../domain/errors.ts";

/** The domain that every ErrorInfo of this service names. */
export const ERROR_DOMAIN = "payout.v1";

const CODES: Readonly<Record<ErrorCode, Code>> = {
  invalid_argument: Code.InvalidArgument,
  not_found: Code.NotFound,
  already_exists: Code.AlreadyExists,
  permission_denied: Code.PermissionDenied,
  unauthenticated: Code.Unauthenticated,
  failed_precondition: Code.FailedPrecondition,
  aborted: Code.Aborted,
  resource_exhausted: Code.ResourceExhausted,
  unavailable: Code.Unavailable,
  unimplemented: Code.Unimplemented,
  deadline_exceeded: Code.DeadlineExceeded,
  internal: Code.Internal,
};

/** When to try again what can be tried again, where the refusal does not say (milliseconds). */
const RETRY_AFTER_MS = 1000;

/** A refusal as every face tells it: code, constant message, and google.rpc details. */
export function toConnectError(error: ServiceError): ConnectError {
  const { reason, metadata, violations } = error;
  const { code, retryable } = catalogueEntry(reason);
  const retryAfterMs = error.retryAfterMs ?? (retryable === true ? RETRY_AFTER_MS : undefined);
  const connectError = new ConnectError(
    error.message,
    CODES[code],
    retryAfterMs === undefined
      ? undefined
      : { "retry-after": String(Math.max(1, Math.ceil(retryAfterMs / 1000))) },
    undefined,
    error,
  );
  connectError.details.push({
    desc: ErrorInfoSchema,
    value: { reason, domain: ERROR_DOMAIN, metadata: { ...metadata } },
  });
  if (violations.length > 0) {
    const fieldViolations = violations.map(({ field, message }) => ({
      field,
      description: message,
    }));
    connectError.details.push({ desc: BadRequestSchema, value: { fieldViolations } });
  }
  if (isConflict(reason)) {
    const subject = metadata["status"] ?? metadata["state"] ?? "";
    const violation = { type: reason, subject, description: error.message };
    connectError.details.push({
      desc: PreconditionFailureSchema,
      value: { violations: [violation] },
    });
  }
  if (retryAfterMs !== undefined) {
    const seconds = Math.floor(retryAfterMs / 1000);
    const nanos = (retryAfterMs % 1000) * 1_000_000;
    connectError.details.push({
      desc: RetryInfoSchema,
      value: { retryDelay: { seconds: BigInt(seconds), nanos } },
    });
  }
  return connectError;
}

function isConflict(reason: ErrorReason): boolean {
  const { code } = catalogueEntry(reason);
  return code === "failed_precondition" && reason !== "CONNECTOR_UNSUPPORTED";
}
