import { limits } from "../../limits.ts";
import type { SecretStore } from "../../repository/repository.ts";
import { SECRET_PLACES, type SecretPlace } from "../../repository/secret-place.ts";

export interface SecretCount {
  readonly place: SecretPlace;
  /** Null for what is no ciphertext. */
  readonly keyId: string | null;
  readonly count: number;
}

/**
 * Prints how many ciphertexts there are under which key, also for keys under which there are none.
 * Answers whether each is under a key that is known.
 */
export async function printEncryptionStatus(
  secrets: SecretStore,
  write: (line: string) => void,
): Promise<boolean> {
  const counts = await countSecrets(secrets);
  const known = await secrets.keyIds();
  const found = [...new Set(counts.map(({ keyId }) => keyId))];
  for (const keyId of [...known, ...found.filter((id) => id === null || !known.includes(id))]) {
    const own = counts.filter((each) => each.keyId === keyId);
    const sum = own.reduce((total, { count }) => total + count, 0);
    const what = keyId === null ? "no ciphertext at all" : `key ${keyId}`;
    const role =
      keyId === known[0]
        ? " (encrypts)"
        : keyId === null || known.includes(keyId)
          ? ""
          : " (missing in the settings)";
    write(`${what}${role}: ${sum}`);
    for (const { place, count } of own) write(`  ${nameOf(place)}: ${count}`);
  }
  return found.every((keyId) => keyId !== null && known.includes(keyId));
}

/** Looks at every ciphertext, in pages: a long look would keep the log of changes from being emptied. */
export async function countSecrets(secrets: SecretStore): Promise<readonly SecretCount[]> {
  const counts: SecretCount[] = [];
  for (const place of Object.values<SecretPlace>(SECRET_PLACES)) {
    const sums = new Map<string | null, number>();
    let after: string | null = null;
    do {
      const page = await secrets.count(place, after, limits.reencryption.countedRows);
      for (const [keyId, count] of page.keys) sums.set(keyId, (sums.get(keyId) ?? 0) + count);
      after = page.next;
    } while (after !== null);
    for (const [keyId, count] of sums) counts.push({ place, keyId, count });
  }
  return counts;
}

export function nameOf({ table, column }: SecretPlace): string {
  return `${table}.${column}`;
}
