import { BadRequestSchema, ErrorInfoSchema } from "../../../gen/google/rpc/error_details_pb.js";
import { errorTitle } from "../../domain/error-title.ts";
import { catalogueEntry, ERROR_CATALOGUE, type ErrorReason } from "../../domain/errors.ts";
import { codeName, type RenderError } from "../rest/index.ts";
import { normalizeError } from "./normalize-error.ts";

/** Where a reason is explained: relative to this service, which brings its own documentation. */
const TYPE_BASE = "/docs/errors#";

/**
 * An error on REST: RFC 9457, with `code` as Connect spells it, our `reason`, the fields at fault,
 * the metadata, and whether the same call may succeed later.
 */
export const renderProblem: RenderError = (given, request) => {
  const error = normalizeError(given);
  const [info] = error.findDetails(ErrorInfoSchema);
  const reason: ErrorReason =
    info !== undefined && Object.hasOwn(ERROR_CATALOGUE, info.reason)
      ? (info.reason as ErrorReason)
      : "INTERNAL";
  const { httpStatus, retryable = false, message } = catalogueEntry(reason);
  const violations = error
    .findDetails(BadRequestSchema)
    .flatMap(({ fieldViolations }) => fieldViolations);
  const body = {
    type: `${TYPE_BASE}${reason.toLowerCase()}`,
    title: errorTitle(reason),
    status: httpStatus,
    detail: message,
    instance: instanceOf(request.path),
    code: codeName(error.code),
    reason,
    errors: violations.map(({ field, description }) => ({ field, message: description })),
    metadata: info?.metadata ?? {},
    request_id: request.requestId,
    retryable,
  };
  const headers: Record<string, string> = { "content-type": "application/problem+json" };
  const retryAfter = error.metadata.get("retry-after");
  if (retryAfter !== null) headers["retry-after"] = retryAfter;
  if (httpStatus === 401) headers["www-authenticate"] = "Bearer";
  return { status: httpStatus, headers, body: JSON.stringify(body) };
};

/** The path that was called. A payout link's is a secret and is never said again. */
export function instanceOf(path: string): string {
  return path.startsWith("/l/") ? "/l/" : path.slice(0, 512);
}
