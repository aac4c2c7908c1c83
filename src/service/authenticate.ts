import type { Clock } from "../clock.ts";
import { apiKeyState, type Scope } from "../domain/access.ts";
import { ServiceError } from "../domain/errors.ts";
import type { Repository } from "../repository/repository.ts";
import { hashApiKey, parseApiKey } from "../security/api-key.ts";
import type { KeyedHash } from "../security/keyed-hash.ts";
import type { Caller } from "./call.ts";

/**
 * Who sends this Authorization header. Keys are looked up by their keyed hash, so neither the
 * comparison nor the database tells anything of keys that are nearly right.
 *
 * @throws ServiceError API_KEY_MISSING, API_KEY_INVALID
 */
export async function authenticate(
  context: {
    readonly repository: Pick<Repository, "access">;
    readonly hash: KeyedHash;
    readonly clock: Clock;
  },
  authorization: string | null,
): Promise<Caller> {
  if (authorization === null || authorization === "") throw new ServiceError("API_KEY_MISSING");
  const [scheme = "", key = "", ...rest] = authorization.split(" ");
  if (scheme.toLowerCase() !== "bearer" || rest.length > 0) {
    throw new ServiceError("API_KEY_MISSING");
  }
  const mode = parseApiKey(key);
  if (mode === undefined) throw new ServiceError("API_KEY_INVALID");
  const found = await context.repository.access.findApiKey(hashApiKey(key, context.hash));
  if (
    found === null ||
    found.livemode !== mode.livemode ||
    apiKeyState(found, context.clock.now()) !== "ACTIVE"
  ) {
    throw new ServiceError("API_KEY_INVALID");
  }
  const { merchantId, livemode, operator, keyId, scopes } = found;
  return { merchantId, livemode, operator, keyId, scopes };
}

/** @throws ServiceError SCOPE_MISSING */
export function requireScope(caller: Caller, scope: Scope): void {
  if (!caller.scopes.includes(scope)) {
    throw new ServiceError("SCOPE_MISSING", { metadata: { required_scope: scope } });
  }
}
