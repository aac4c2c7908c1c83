import type { CapturedRequest } from "../support/captured-request.ts";
import { StripeError } from "./stripe-error.ts";

/** Takes a key as a bearer token, or as the user of basic authentication. Throws 401 otherwise. */
export function authenticate(request: CapturedRequest, keys: ReadonlySet<string>): void {
  const key = keyOf(request.headers["authorization"] ?? "");
  if (key === undefined) {
    const message = "You did not provide an API key.";
    throw new StripeError({ status: 401, message, begun: false });
  }
  if (!keys.has(key)) {
    const message = `Invalid API Key provided: ${key.slice(0, 7)}****`;
    throw new StripeError({ status: 401, message, begun: false });
  }
}

function keyOf(header: string): string | undefined {
  const [scheme, value = ""] = header.split(" ", 2);
  if (scheme === "Bearer" && value !== "") return value;
  if (scheme !== "Basic") return undefined;
  return Buffer.from(value, "base64").toString().split(":")[0] || undefined;
}
