import type { Middleware } from "../support/fake-processor.ts";
import { Refusal, refusalReply } from "./refusal.ts";

/** `X-API-Key` on every call of the three APIs; the hosted page is for people and has none. */
export function apiKey(key: string, isOpen: (path: string) => boolean): Middleware {
  return async (request, next) => {
    if (isOpen(request.path) || request.headers["x-api-key"] === key) return next();
    const refusal = new Refusal(401, "00_401", "Not authorized to access this service.");
    return refusalReply(request, refusal);
  };
}
