import { Code, ConnectError } from "@connectrpc/connect";
import { BadRequestSchema, ErrorInfoSchema } from "../../../gen/google/rpc/error_details_pb.js";
import { type ErrorReason, ServiceError, validationFailed } from "../../domain/errors.ts";
import { RepositoryError } from "../../repository/repository.ts";
import { TranscodingError } from "../rest/index.ts";
import { toConnectError } from "./to-connect-error.ts";

/** Refusals of the transport itself, by code, as the catalogue words them. */
const BY_CODE: Readonly<Partial<Record<Code, ErrorReason>>> = {
  [Code.InvalidArgument]: "MALFORMED_REQUEST",
  [Code.NotFound]: "METHOD_NOT_FOUND",
  [Code.Unimplemented]: "UNIMPLEMENTED",
  [Code.ResourceExhausted]: "REQUEST_TOO_LARGE",
  [Code.DeadlineExceeded]: "DEADLINE_EXCEEDED",
  [Code.Unavailable]: "SHUTTING_DOWN",
};

/**
 * How Connect's words begin for a request that it cannot read. Its codes for them are INTERNAL and
 * UNIMPLEMENTED, which would say that the fault is ours; a test holds Connect to these words.
 */
const UNREADABLE =
  /^(protocol error: |parse binary: |received compressed envelope|decompression failed)/;

/** What Node says when the caller goes away while the request is read or a stream is answered. */
const HUNG_UP: ReadonlySet<unknown> = new Set([
  "ERR_STREAM_PREMATURE_CLOSE",
  "ERR_STREAM_DESTROYED",
  "ERR_HTTP2_INVALID_STREAM",
  "ECONNRESET",
]);

/**
 * The one way from whatever was thrown to what a caller is told: always from the catalogue, always
 * with an ErrorInfo, never with a library's or a driver's words.
 */
export function normalizeError(error: unknown): ConnectError {
  if (error instanceof ServiceError) return toConnectError(error);
  // A full disk or a lock that is held may pass; what was asked for has not happened.
  if (error instanceof RepositoryError) {
    return toConnectError(
      new ServiceError("DATABASE_UNAVAILABLE", { retryAfterMs: 1000, cause: error }),
    );
  }
  if (!(error instanceof ConnectError)) {
    if (HUNG_UP.has((error as { readonly code?: unknown } | null)?.code)) {
      return new ConnectError("the caller went away", Code.Canceled, undefined, undefined, error);
    }
    return toConnectError(new ServiceError("INTERNAL", { cause: error }));
  }
  const [info] = error.findDetails(ErrorInfoSchema);
  if (info !== undefined) return error;
  // The caller has gone: nobody is told.
  if (error.code === Code.Canceled || error.code === Code.Aborted) return error;
  const violations = error
    .findDetails(BadRequestSchema)
    .flatMap(({ fieldViolations }) => fieldViolations)
    .map(({ field, description }) => ({ field, message: description }));
  const reason = UNREADABLE.test(error.rawMessage)
    ? "MALFORMED_REQUEST"
    : (transcodingReason(error) ?? BY_CODE[error.code] ?? "INTERNAL");
  const named = violations.some(({ field }) => field !== "");
  const service =
    named && reason === "MALFORMED_REQUEST"
      ? validationFailed(violations)
      : new ServiceError(reason, { violations, cause: error });
  const normalized = toConnectError(service);
  for (const [name, value] of error.metadata) normalized.metadata.set(name, value);
  return normalized;
}

function transcodingReason(error: ConnectError): ErrorReason | undefined {
  if (!(error instanceof TranscodingError)) return undefined;
  switch (error.httpStatus) {
    case 405:
      return "METHOD_NOT_ALLOWED";
    case 413:
      return "REQUEST_TOO_LARGE";
    case 415:
      return "UNSUPPORTED_MEDIA_TYPE";
    default:
      return undefined;
  }
}

/**
 * What a caller is told when Connect itself refuses a call. One that has not begun was not ours to
 * fail, whatever its code.
 */
export function normalizeRefusal(error: ConnectError, hasBegun: boolean): ConnectError {
  const isOurs = hasBegun || error.code !== Code.Internal;
  return normalizeError(isOurs ? error : new ServiceError("MALFORMED_REQUEST", { cause: error }));
}

/** The catalogue's reason of an error that `normalizeError` made. */
export function reasonOf(error: ConnectError): string | undefined {
  return error.findDetails(ErrorInfoSchema)[0]?.reason;
}
