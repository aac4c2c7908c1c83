import { SCOPES } from "../domain/access.ts";
import type { IdKind } from "../domain/id.ts";
import type { Repository } from "../repository/repository.ts";
import { generateApiKey, hashApiKey, parseApiKey } from "../security/api-key.ts";
import type { KeyedHash } from "../security/keyed-hash.ts";

export interface BootstrapContext {
  readonly repository: Pick<Repository, "access">;
  readonly hash: KeyedHash;
  readonly newId: (kind: IdKind) => string;
  readonly now: () => number;
  readonly randomBytes: (size: number) => Uint8Array;
}

/**
 * Sees to it that somebody can call: a key given by setting is installed for the first merchant;
 * without one, an empty database gets a test merchant and a key.
 *
 * @param givenKey from the setting, or null
 * @returns a key that was made just now and must be shown, once; null otherwise
 */
export async function bootstrapAccess(
  context: BootstrapContext,
  givenKey: string | null,
): Promise<string | null> {
  const { repository, hash, newId, now, randomBytes } = context;
  const key = givenKey ?? generateApiKey(false, randomBytes);
  const livemode = parseApiKey(key)?.livemode ?? false;
  const done = await repository.access.bootstrap({
    merchant: {
      merchantId: newId("merchant"),
      name: livemode ? "First merchant" : "Test merchant",
      livemode,
      createTime: now(),
    },
    key: { keyId: newId("apiKey"), keyHash: hashApiKey(key, hash), hint: key.slice(-4) },
    scopes: SCOPES,
    now: now(),
    onlyWhenEmpty: givenKey === null,
  });
  return givenKey === null && done === "installed" ? key : null;
}
