import type { FakeReply } from "../support/reply.ts";

export interface ErrorDetail {
  readonly field?: string;
  readonly location?: "body" | "path" | "query";
  readonly issue: string;
  readonly description?: string;
  /** Not documented, but sent where a batch id was used before. */
  readonly link?: readonly Record<string, string>[];
}

/** A refusal in PayPal's shape; handlers throw it. */
export class PayPalError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: readonly ErrorDetail[];
  readonly links: readonly Record<string, string>[];

  constructor(
    status: number,
    code: string,
    message: string,
    more: { details?: readonly ErrorDetail[]; links?: readonly Record<string, string>[] } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = more.details ?? [];
    this.links = more.links ?? [];
  }

  reply(debugId: string): FakeReply {
    const { status, details, links } = this;
    return {
      status,
      headers: { "paypal-debug-id": debugId },
      body: { ...errorBody(this.code, this.message, debugId), details, links },
    };
  }
}

export function errorBody(name: string, message: string, debugId: string) {
  const information = "https://developer.paypal.com/docs/api/payments.payouts-batch/#errors";
  return { name, message, debug_id: debugId, information_link: information };
}

export function notFound(): PayPalError {
  const message = "Requested resource ID was not found.";
  return new PayPalError(404, "INVALID_RESOURCE_ID", message);
}

export function invalid(field: string, issue: string): PayPalError {
  const details = [{ field, location: "body", issue }] as const;
  return new PayPalError(400, "VALIDATION_ERROR", "Invalid request - see details", { details });
}
