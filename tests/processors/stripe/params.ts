import { invalidParam } from "./stripe-error.ts";

/** Reads a request's parameters as Stripe does: text that must be what the endpoint expects. */
export class Params {
  readonly #form: Readonly<Record<string, unknown>>;

  /** Throws where a parameter is none of those that the endpoint knows. */
  constructor(form: unknown, known: readonly string[]) {
    this.#form = isRecord(form) ? form : {};
    for (const name of Object.keys(this.#form)) {
      if (name !== "expand" && !known.includes(name)) {
        throw invalidParam("parameter_unknown", name, `Received unknown parameter: ${name}`);
      }
    }
  }

  /** Empty text counts as not given. */
  text(name: string): string | undefined {
    const value = this.#form[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  }

  need(name: string): string {
    const value = this.text(name);
    if (value === undefined) {
      throw invalidParam("parameter_missing", name, `Missing required param: ${name}.`);
    }
    return value;
  }

  /** A positive amount of minor units. */
  amount(name: string): bigint {
    const text = this.need(name);
    if (!/^-?\d{1,15}$/.test(text)) {
      throw invalidParam("parameter_invalid_integer", name, `Invalid integer: ${text}`);
    }
    const amount = BigInt(text);
    if (amount < 1n) {
      const message = "This value must be greater than or equal to 1.";
      throw invalidParam("parameter_invalid_integer", name, message);
    }
    return amount;
  }

  currency(name: string): string {
    const text = this.need(name).toLowerCase();
    if (!/^[a-z]{3}$/.test(text)) {
      throw invalidParam("invalid_currency", name, `Invalid currency: ${text}`);
    }
    return text;
  }

  flag(name: string): boolean {
    return this.text(name) === "true";
  }

  group(name: string): Readonly<Record<string, unknown>> {
    const value = this.#form[name];
    return isRecord(value) ? value : {};
  }

  metadata(): Record<string, string> {
    const pairs = Object.entries(this.group("metadata"));
    return Object.fromEntries(pairs.map(([key, value]) => [key, String(value)]));
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#form, name);
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
