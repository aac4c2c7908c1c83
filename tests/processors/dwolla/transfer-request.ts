import { at, isJson, type Json, textAt } from "../support/json-fields.ts";
import { toMinor } from "../support/money.ts";
import type { Customers } from "./customers.ts";
import type { FundingSource, FundingSources } from "./funding-sources.ts";
import type { Hal } from "./hal.ts";
import { type FieldError, validation } from "./refusal.ts";

/** What transfers and the items of mass payments are checked with. */
export interface Known {
  readonly hal: Hal;
  readonly sources: FundingSources;
  readonly customers: Customers;
  /** The most that one transfer may move, in cents. */
  readonly limitCents: () => bigint;
}

const sourcePath = "/_links/source/href";
const destinationPath = "/_links/destination/href";

/** The platform's own funding source that a body names. */
export function readSource(body: unknown, { hal, sources }: Known): FundingSource {
  const source = sources.find(hal.idIn(at(body, "_links", "source", "href"), "funding-sources"));
  if (source && source.customerId === undefined) return source;
  throw validation({ code: "Invalid", message: "Invalid funding source.", path: sourcePath });
}

/** The funding source that is paid to, or why it cannot be. */
export function readDestination(body: unknown, known: Known): FundingSource | FieldError {
  const { hal, sources, customers } = known;
  const href = at(body, "_links", "destination", "href");
  const destination = sources.find(hal.idIn(href, "funding-sources"));
  if (destination?.customerId === undefined) {
    return { code: "Invalid", message: "Receiver not found.", path: destinationPath };
  }
  if (destination.removed) {
    const message = "Invalid destination funding source.";
    return { code: "Invalid", message, path: destinationPath };
  }
  const status = customers.find(destination.customerId)?.status;
  if (status === "suspended" || status === "deactivated") {
    return { code: "Restricted", message: "Receiver restricted.", path: destinationPath };
  }
  return destination;
}

/** The amount in cents. It is text with at most two decimals. */
export function readCents(body: unknown, known: Known): bigint {
  const cents = toMinor(textAt(body, "amount", "value") ?? "", 2);
  if (cents === undefined || cents <= 0n) {
    const message = "Invalid amount. The supplied amount must be a positive number.";
    throw validation({ code: "InvalidFormat", message, path: "/amount/value" });
  }
  if (textAt(body, "amount", "currency") !== "USD") {
    throw validation({ code: "Invalid", message: "Invalid currency.", path: "/amount/currency" });
  }
  if (cents > known.limitCents()) {
    const message = "Invalid amount. The supplied amount is greater than your transaction limit.";
    throw validation({ code: "Invalid", message, path: "/amount/value" });
  }
  return cents;
}

export function readCorrelationId(body: unknown): string | undefined {
  const correlationId = at(body, "correlationId");
  if (correlationId === undefined) return undefined;
  if (typeof correlationId === "string" && /^.{1,255}$/.test(correlationId)) return correlationId;
  const message =
    "Correlation id must be at least one character and up to 255 characters when supplied.";
  throw validation({ code: "InvalidFormat", message, path: "/correlationId" });
}

export function readObject(body: unknown, name: string): Json | undefined {
  const found = at(body, name);
  return isJson(found) ? found : undefined;
}

export function isFieldError(found: FundingSource | FieldError): found is FieldError {
  return "code" in found;
}
