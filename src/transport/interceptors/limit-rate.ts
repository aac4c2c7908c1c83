import type { Interceptor } from "@connectrpc/connect";
import { ServiceError } from "../../domain/errors.ts";
import { callerKey } from "../call-context.ts";
import type { RateLimiter } from "../overload/rate-limiter.ts";

/** Refuses a key's calls past its rate. Calls without a key are not counted: they come to nothing. */
export function limitRate(limiter: RateLimiter): Interceptor {
  return (next) => (request) => {
    const caller = request.contextValues.get(callerKey);
    const retryAfterMs = caller === null ? 0 : limiter.take(caller.keyId);
    if (retryAfterMs > 0) throw new ServiceError("RATE_LIMITED", { retryAfterMs });
    return next(request);
  };
}
