import type { CapturedRequest } from "../support/captured-request.ts";
import type { Handler } from "../support/fake-processor.ts";
import type { FakeReply } from "../support/reply.ts";
import { isLegalEntityPath, transfersPrefix } from "./prefixes.ts";

export interface InvalidField {
  readonly name: string;
  readonly value: string;
  readonly message: string;
}

/** A definite no. Thrown by handlers; nothing has been changed when it is. */
export class Refusal extends Error {
  readonly status: number;
  readonly errorCode: string;
  readonly invalidFields: readonly InvalidField[];

  constructor(
    status: number,
    errorCode: string,
    detail: string,
    invalidFields: readonly InvalidField[] = [],
  ) {
    super(detail);
    this.status = status;
    this.errorCode = errorCode;
    this.invalidFields = invalidFields;
  }
}

/** A field of the request is not acceptable. The code is the general one: the document names none. */
export function invalid(name: string, value: unknown, message: string): Refusal {
  const shown = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return new Refusal(422, "00_422", message, [{ name, value: shown, message }]);
}

/** There is no 404 in these documents: what does not exist is a request that cannot be processed. */
export function noSuch(what: string): Refusal {
  return new Refusal(422, "00_422", `${what} not found`);
}

/** Answers refusals in the shape of the API that was called. */
export function refusable(handler: Handler): Handler {
  return async (request) => {
    try {
      return await handler(request);
    } catch (error) {
      if (error instanceof Refusal) return refusalReply(request, error);
      throw error;
    }
  };
}

/**
 * Two shapes of error: Legal Entity Management has `message` and `errorType`, the others have problem
 * details. The Transfers API has both, since its POST operations document 401 in the older shape.
 */
export function refusalReply(request: CapturedRequest, refusal: Refusal): FakeReply {
  const { status, errorCode, message, invalidFields } = refusal;
  const older =
    isLegalEntityPath(request.path) ||
    (status === 401 && request.method === "POST" && request.path.startsWith(transfersPrefix));
  if (older) {
    const errorType = status === 401 || status === 403 ? "security" : "validation";
    return { status, body: { status, errorCode, message, errorType, pspReference } };
  }
  const body = {
    type: `https://docs.adyen.com/errors/${types[status] ?? "general/invalid-field-value"}`,
    title: titles[status] ?? "Unprocessable Entity",
    status,
    detail: message,
    errorCode,
    requestId: pspReference,
    ...(invalidFields.length > 0 ? { invalidFields } : {}),
  };
  return { status, body };
}

const pspReference = "1W1UI15PLVGC9V8O";

const types: Readonly<Record<number, string>> = {
  401: "security/unauthorized",
  403: "security/unauthorized",
  500: "general/internal",
};

const titles: Readonly<Record<number, string>> = {
  401: "Unauthorized",
  403: "Forbidden",
  500: "An internal error happened",
};
