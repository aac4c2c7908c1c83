import { STATUS_CODES } from "node:http";
import { Code, type ConnectError } from "@connectrpc/connect";
import { BadRequestSchema } from "../../../gen/google/rpc/error_details_pb.js";
import { TranscodingError } from "./errors.ts";

/** What an error renderer may know of the request. */
export type ErrorRequest = {
  readonly method: string;
  /** The path as it was called, without the query. */
  readonly path: string;
  readonly requestId: string | undefined;
};

/** A rendered error. `headers` must name the content type. */
export type RenderedError = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** Turns an error into an HTTP answer; must not throw. */
export type RenderError = (error: ConnectError, request: ErrorRequest) => RenderedError;

/** HTTP statuses as google.rpc.Code gives them; 499 is "client closed request". */
const statusOfCode: Readonly<Record<Code, number>> = {
  [Code.Canceled]: 499,
  [Code.Unknown]: 500,
  [Code.InvalidArgument]: 400,
  [Code.DeadlineExceeded]: 504,
  [Code.NotFound]: 404,
  [Code.AlreadyExists]: 409,
  [Code.PermissionDenied]: 403,
  [Code.ResourceExhausted]: 429,
  [Code.FailedPrecondition]: 400,
  [Code.Aborted]: 409,
  [Code.OutOfRange]: 400,
  [Code.Unimplemented]: 501,
  [Code.Internal]: 500,
  [Code.Unavailable]: 503,
  [Code.DataLoss]: 500,
  [Code.Unauthenticated]: 401,
};

/** The HTTP status of an error: a TranscodingError's own, otherwise that of its code. */
export function httpStatusOf(error: ConnectError): number {
  return error instanceof TranscodingError ? error.httpStatus : statusOfCode[error.code];
}

/** The name of a code in lower snake case, as the Connect protocol spells it. */
export function codeName(code: Code): string {
  return Code[code].replace(/(?<!^)[A-Z]/g, "_$&").toLowerCase();
}

/**
 * The renderer used when the caller gives none: RFC 9457 `application/problem+json` with
 * `type`, `title`, `status`, `detail`, `instance`, and `code`, `errors: [{field, message}]` from
 * a BadRequest detail, `request_id`.
 */
export const renderProblem: RenderError = (error, request) => {
  const status = httpStatusOf(error);
  const violations = error
    .findDetails(BadRequestSchema)
    .flatMap((detail) => detail.fieldViolations);
  const body = JSON.stringify({
    type: "about:blank",
    title: STATUS_CODES[status] ?? "Client Closed Request",
    status,
    detail: error.rawMessage,
    instance: request.path,
    code: codeName(error.code),
    errors: violations.map(({ field, description }) => ({ field, message: description })),
    request_id: request.requestId,
  });
  return { status, headers: { "content-type": "application/problem+json" }, body };
};
