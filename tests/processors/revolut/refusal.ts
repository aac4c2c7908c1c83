/** A request that is answered with an error; nothing has happened. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;

  constructor(status: number, body: Readonly<Record<string, unknown>>) {
    super(`refused with ${status}`);
    this.status = status;
    this.body = body;
  }
}

/** The API's numbers for what is wrong, as far as its document names them. */
export const codes = {
  invalid: 2101,
  badFormat: 3000,
  notFound: 3006,
  missing: 3009,
  counterpartyExists: 3012,
  duplicateRequest: 3020,
  webhookNotFound: 3040,
  currencyMismatch: 3187,
  tooManyWebhooks: 3352,
  tooManySecrets: 3355,
  receiverNotFound: 3544,
  forbidden: 9002,
} as const;

export function refuse(
  status: number,
  code: keyof typeof codes,
  message: string,
  more: Readonly<Record<string, unknown>> = {},
): Refusal {
  return new Refusal(status, { code: codes[code], message, ...more });
}

/** Without a code, as in the document's examples. */
export function unauthorized(): Refusal {
  return new Refusal(401, { message: "The request should be authorized." });
}
