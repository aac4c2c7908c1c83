/** One entry of `errors`, as the processor names what is wrong. */
export interface Complaint {
  readonly code: string;
  readonly message: string;
  readonly path?: string;
  readonly arguments?: readonly string[];
}

/** A request that is answered with an error; nothing has happened. */
export class Refusal extends Error {
  readonly status: number;
  /** Undefined for an answer without a body. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    body?: Readonly<Record<string, unknown>>,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(`refused with ${status}`);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

export function complain(status: number, ...errors: Complaint[]): Refusal {
  return new Refusal(status, { errors });
}

export function unauthorized(): Refusal {
  return new Refusal(401, { error: "invalid_token", error_description: "Invalid token" });
}

/** Where the document knows this answer, it gives it no body. */
export function notFound(): Refusal {
  return new Refusal(404);
}
