import type { CapturedRequest } from "../support/captured-request.ts";
import { jsonNumber, numberTextAt } from "../support/json-numbers.ts";
import { decimalsOf, toDecimal, toMinor } from "../support/money.ts";
import { refuse } from "./refusal.ts";

/** Major units, printed from minor ones. */
export function amount(minor: bigint, currency: string): unknown {
  return jsonNumber(toDecimal(minor, decimalsOf(currency)));
}

export function money(minor: bigint, currency: string) {
  return { amount: amount(minor, currency), currency };
}

/** With millionths of a second, as the API prints times. */
export function iso(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000Z");
}

export function bodyOf({ body }: CapturedRequest): Record<string, unknown> {
  if (typeof body === "object" && body !== null) return body as Record<string, unknown>;
  throw refuse(400, "badFormat", "Cannot parse request: invalid JSON");
}

/** Throws for a field that is missing or empty. */
export function textOf(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = body[name];
  if (typeof value === "string" && value !== "") return value;
  throw refuse(400, "missing", `Required '${name}' is missing`);
}

/** The digits as they were written: an amount never passes through a float. */
export function amountOf(request: CapturedRequest, currency: string): bigint {
  const text = numberTextAt(request.raw, "/amount") ?? "";
  const minor = toMinor(text, decimalsOf(currency));
  if (minor !== undefined && minor > 0n) return minor;
  throw refuse(400, "badFormat", "Value is not in correct format for field 'amount'");
}

/** At most 40 characters: a longer one is refused and never cut. */
export function requestIdOf(body: Readonly<Record<string, unknown>>): string {
  const id = textOf(body, "request_id");
  if (id.length <= 40) return id;
  throw refuse(400, "badFormat", "Value is not in correct format for field 'request_id'");
}
