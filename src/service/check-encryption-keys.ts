import { limits } from "../limits.ts";
import type { Repository } from "../repository/repository.ts";

/**
 * What is wrong with the encryption keys, a sentence each; none when they fit what is stored. Cheap:
 * it looks at the newest and the oldest rows, which is where a forgotten or confused key shows.
 */
export async function findKeyFaults({
  secrets,
}: Pick<Repository, "secrets">): Promise<readonly string[]> {
  const faults = await secrets.probe(limits.reencryption.probedRows);
  return faults.map(({ keyId, fault }) =>
    fault === "unknown"
      ? `PAYOUT_ENCRYPTION_KEYS lacks the key ${keyId}, under which data is stored: give it again, behind the first`
      : `the encryption key ${keyId} is not the one under which data is stored with this id`,
  );
}
