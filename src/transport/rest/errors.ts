import { Code, ConnectError } from "@connectrpc/connect";
import { BadRequestSchema } from "../../../gen/google/rpc/error_details_pb.js";

/**
 * One thing wrong with a request. `field` is the proto path, such as `filter.page_size` or
 * `items[2].name`, and "" for the request as a whole. `description` is one of the constants of
 * reasons.ts: it never holds what the caller sent.
 */
export type Violation = { readonly field: string; readonly description: string };

/** What a TranscodingError says about HTTP, beyond its code. */
export type TranscodingErrorInit = {
  /** The HTTP status, where the code alone would give another. */
  readonly httpStatus: number;
  /** What is wrong, field by field; sent as a google.rpc.BadRequest detail. */
  readonly violations?: readonly Violation[];
  /** For 405: the methods that the path does take, in the form of the Allow header. */
  readonly allow?: string;
};

/**
 * A request that the transcoder refuses by itself, before any method is called. It is a
 * ConnectError, so that one renderer serves both; `httpStatus` is 400, 405, 413 or 415.
 */
export class TranscodingError extends ConnectError {
  /** The HTTP status to answer with. */
  readonly httpStatus: number;
  /** The value of the Allow header, on 405 only. */
  readonly allow: string | undefined;
  /** The same violations that the BadRequest detail holds. */
  readonly violations: readonly Violation[];

  constructor(message: string, code: Code, init: TranscodingErrorInit) {
    const violations = init.violations ?? [];
    const details =
      violations.length === 0
        ? []
        : [
            {
              desc: BadRequestSchema,
              value: { fieldViolations: violations.map((v) => ({ ...v })) },
            },
          ];
    super(message, code, init.allow === undefined ? undefined : { allow: init.allow }, details);
    this.httpStatus = init.httpStatus;
    this.allow = init.allow;
    this.violations = violations;
  }

  /** ConnectError matches by shape, `name` included, so that stays; this class matches by itself. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return Object.prototype.isPrototypeOf.call(TranscodingError.prototype, value as object);
  }
}

/** INVALID_ARGUMENT, 400: the request cannot be read as the RPC's request message. */
export function invalidRequest(violations: readonly Violation[]): TranscodingError {
  return new TranscodingError("the request is not valid", Code.InvalidArgument, {
    httpStatus: 400,
    violations,
  });
}

/** INVALID_ARGUMENT, 400, for one field. */
export function invalidField(field: string, description: string): TranscodingError {
  return invalidRequest([{ field, description }]);
}

/** 405: the path is known, the method is not. `allow` lists what it takes. */
export function methodNotAllowed(allow: string): TranscodingError {
  return new TranscodingError("the method is not allowed for this path", Code.Unimplemented, {
    httpStatus: 405,
    allow,
  });
}

/** 413: the body is longer than the limit; RESOURCE_EXHAUSTED, as an RPC would say it. */
export function bodyTooLarge(): TranscodingError {
  return new TranscodingError("the request body is too large", Code.ResourceExhausted, {
    httpStatus: 413,
  });
}

/** 415: the body is not plain application/json in UTF-8. */
export function unsupportedMediaType(): TranscodingError {
  return new TranscodingError("the request body must be application/json", Code.InvalidArgument, {
    httpStatus: 415,
  });
}

/** A name that the caller made up, short enough and fit to be told back as a field. */
export function nameForCaller(name: string): string {
  return name.slice(0, 64).toWellFormed();
}
