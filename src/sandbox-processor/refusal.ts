/** A definite no of the processor: nothing was changed. Codes are stable, messages constant. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = "Refusal";
    this.status = status;
    this.code = code;
  }
}

export const badRequest = (message: string): Refusal => new Refusal(400, "bad_request", message);

export const unknownTransfer = (): Refusal =>
  new Refusal(404, "transfer_not_found", "There is no such transfer.");
