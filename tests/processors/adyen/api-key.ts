import type { Middleware } from "../support/fake-processor.ts";
import { isLegalEntityPath } from "./prefixes.ts";
import { Refusal, refusalReply } from "./refusal.ts";

/** The keys of a platform: legal entities are managed with a credential of their own, or with the same. */
export interface ApiKeys {
  readonly platform: string;
  readonly legalEntities: string;
}

/** `X-API-Key` on every call of the three APIs; the hosted page is for people and has none. */
export function apiKey(keys: ApiKeys, isOpen: (path: string) => boolean): Middleware {
  return async (request, next) => {
    const key = isLegalEntityPath(request.path) ? keys.legalEntities : keys.platform;
    if (isOpen(request.path) || request.headers["x-api-key"] === key) return next();
    const refusal = new Refusal(401, "00_401", "Not authorized to access this service.");
    return refusalReply(request, refusal);
  };
}
