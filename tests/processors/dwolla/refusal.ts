import type { CapturedRequest } from "../support/captured-request.ts";
import type { Handler } from "../support/fake-processor.ts";
import { type Json, known } from "../support/json-fields.ts";
import type { FakeReply } from "../support/reply.ts";

/** A definite no. Thrown by handlers; nothing has been changed when it is. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: Json;

  constructor(status: number, body: Json) {
    super(`refused with ${status}`);
    this.status = status;
    this.body = body;
  }
}

/** Answers refusals in the processor's shape: a code, a message, and perhaps embedded errors. */
export function refusable(handler: Handler): Handler {
  return async (request: CapturedRequest): Promise<FakeReply> => {
    try {
      return await handler(request);
    } catch (error) {
      if (error instanceof Refusal) return { status: error.status, body: error.body };
      throw error;
    }
  };
}

export interface FieldError {
  /** "Invalid", "Required", "Duplicate", "InvalidFormat", "InsufficientFunds", "Restricted", ... */
  readonly code: string;
  readonly message: string;
  /** A JSON pointer into the request's body. */
  readonly path: string;
  /** The resource that is in the way, where one is. */
  readonly about?: string;
}

/** What is wrong is never in the code itself, which is always the same, but in the embedded list. */
export function validation(...errors: readonly FieldError[]): Refusal {
  return new Refusal(400, {
    code: "ValidationError",
    message: "Validation error(s) present. See embedded errors list for more details.",
    _embedded: { errors: errors.map(errorView) },
  });
}

export function errorView({ code, message, path, about }: FieldError): Json {
  const links = about === undefined ? undefined : { about: { href: about } };
  return known({ code, message, path, _links: links });
}

export function notFound(): Refusal {
  return new Refusal(404, { code: "NotFound", message: "The requested resource was not found." });
}

export function badRequest(): Refusal {
  const message = "The request body contains bad syntax or is incomplete.";
  return new Refusal(400, { code: "BadRequest", message });
}
