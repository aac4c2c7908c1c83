import { LIMITS } from "./limits.ts";
import { badRequest, Refusal } from "./refusal.ts";
import { type Scenario, scenarioByName } from "./scenarios.ts";
import type { SandboxRequest, WireDestination } from "./wire.ts";

/** A body's fields, nothing of them checked yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** The object in the body; {} when there is none. Throws Refusal for anything else. */
export function readBody(request: SandboxRequest): Fields {
  if (request.body === "") return {};
  if (request.body.length > LIMITS.bodyBytes) {
    throw new Refusal(413, "body_too_large", "The body is too large.");
  }
  let value: unknown;
  try {
    value = JSON.parse(request.body);
  } catch {
    throw badRequest("The body is not JSON.");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw badRequest("The body is not a JSON object.");
  }
  return value as Fields;
}

/** The request's idempotency key: 1 to 255 visible ASCII characters. */
export function readKey(request: SandboxRequest): string {
  const key = request.headers["idempotency-key"] ?? "";
  if (key.length > LIMITS.keyLength || !/^[!-~]+$/.test(key)) {
    throw badRequest("Idempotency-Key must be 1 to 255 visible ASCII characters.");
  }
  return key;
}

/** A text of 1 to 2,048 characters. */
export function readText(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== "string" || value === "" || value.length > LIMITS.textLength) {
    throw badRequest(`${name} must be a text of 1 to ${LIMITS.textLength} characters.`);
  }
  return value;
}

/** A text that may be absent or empty: "" then. */
export function readOptionalText(fields: Fields, name: string): string {
  const value = fields[name];
  return value === undefined || value === null || value === "" ? "" : readText(fields, name);
}

/** A positive whole number of minor units, as decimal text. */
export function readAmount(fields: Fields): bigint {
  const value = readText(fields, "amount");
  if (value.length > LIMITS.amountDigits || !/^[1-9][0-9]*$/.test(value)) {
    throw badRequest("amount must be a positive whole number of minor units, as text.");
  }
  return BigInt(value);
}

/** Three capital letters. */
export function readCurrency(fields: Fields, name: string): string {
  const value = readText(fields, name);
  if (!/^[A-Z]{3}$/.test(value)) throw badRequest(`${name} must be three capital letters.`);
  return value;
}

/** How many decimal places a currency has. */
export function readExponent(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0) {
    throw badRequest(`${name} must be a whole number that is not negative.`);
  }
  if (value > LIMITS.exponent) throw badRequest(`${name} is too large.`);
  return value;
}

/** The destination: a rail and what identifies an account on it. */
export function readDestination(fields: Fields): WireDestination {
  const value = fields["destination"];
  if (typeof value !== "object" || value === null) {
    throw badRequest("destination must be an object.");
  }
  return { kind: readText(value as Fields, "kind"), account: readText(value as Fields, "account") };
}

/** The scenario that is named in the body; undefined when none is. */
export function readScenario(fields: Fields): Scenario | undefined {
  const name = readOptionalText(fields, "scenario");
  if (name === "") return undefined;
  const scenario = scenarioByName(name);
  if (scenario === undefined) {
    throw new Refusal(422, "unknown_scenario", "There is no such scenario.");
  }
  return scenario;
}
