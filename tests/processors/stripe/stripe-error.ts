import type { FakeReply } from "../support/reply.ts";

export interface StripeErrorParts {
  readonly status: number;
  readonly type?: "invalid_request_error" | "idempotency_error" | "api_error";
  readonly code?: string;
  readonly param?: string;
  readonly message: string;
  /**
   * Whether an endpoint had begun to execute. Only then is the answer kept under the idempotency key:
   * parameters that do not validate, and conflicts, are not.
   */
  readonly begun?: boolean;
}

/** A refusal in Stripe's shape; handlers throw it. */
export class StripeError extends Error {
  readonly parts: StripeErrorParts;

  constructor(parts: StripeErrorParts) {
    super(parts.message);
    this.parts = parts;
  }

  get begun(): boolean {
    return this.parts.begun ?? true;
  }

  reply(): FakeReply {
    const { status, type = "invalid_request_error", code, param, message } = this.parts;
    return { status, body: { error: { code, message, param, type } } };
  }
}

/** A parameter that does not validate: nothing has begun. */
export function invalidParam(code: string, param: string, message: string): StripeError {
  return new StripeError({ status: 400, code, param, message, begun: false });
}

/** 404 for an id in the path, 400 for one in a parameter. */
export function missing(what: string, id: string, status: 400 | 404 = 404): StripeError {
  const message = `No such ${what}: '${id}'`;
  return new StripeError({ status, code: "resource_missing", param: what, message });
}
