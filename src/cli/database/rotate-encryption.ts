import { type Clock, sleep } from "../../clock.ts";
import { limits } from "../../limits.ts";
import {
  type ReencryptedPage,
  RepositoryError,
  type SecretStore,
} from "../../repository/repository.ts";
import { SECRET_PLACES, type SecretPlace } from "../../repository/secret-place.ts";
import { countSecrets, nameOf } from "./encryption-status.ts";

export interface RotateOptions {
  readonly secrets: SecretStore;
  readonly clock: Clock;
  /** Takes a line of text. */
  readonly write: (line: string) => void;
  /** Ends the rotation after the batch that runs. */
  readonly signal: AbortSignal;
}

export interface Rotated {
  readonly changed: number;
  /** What did not open: named in the output, and left as it was. */
  readonly unreadable: number;
  /** What is not under the first key at the end, the unreadable included; null when it was stopped. */
  readonly remaining: number | null;
}

/**
 * Encrypts everything anew that is not under the first key, while the service serves. Keeps no state
 * of its own: what is done shows in the ciphertexts, so it may be killed at any moment and started
 * again, and two at once only share the work.
 *
 * @throws RepositoryError when the database cannot be written for minutes, or at all
 */
export async function rotateEncryption(options: RotateOptions): Promise<Rotated> {
  const { secrets, clock, write, signal } = options;
  const [current = ""] = await secrets.keyIds();
  write(`everything goes under the key ${current}`);
  const began = clock.now();
  const total = { changed: 0, unreadable: 0 };
  for (const place of Object.values(SECRET_PLACES)) {
    const { looked, changed, unreadable } = await rotatePlace(place, options);
    total.changed += changed;
    total.unreadable += unreadable;
    if (looked > 0) write(`${nameOf(place)}: ${looked} looked at, ${changed} encrypted anew`);
  }
  if (signal.aborted) {
    write(`stopped after ${total.changed}; start it again to go on`);
    return { ...total, remaining: null };
  }
  const seconds = Math.max(clock.now() - began, 1) / 1000;
  const speed = Math.round(total.changed / seconds);
  write(`${total.changed} encrypted anew in ${seconds.toFixed(1)} s, ${speed} a second`);
  const remaining = (await countSecrets(secrets))
    .filter(({ keyId }) => keyId !== current)
    .reduce((sum, { count }) => sum + count, 0);
  if (total.unreadable > 0) write(`${total.unreadable} did not open and were left as they were`);
  if (remaining > total.unreadable) {
    write(`${remaining} are not under ${current}: a service runs that has another key first`);
  }
  return { ...total, remaining };
}

/** How long whoever waits is told nothing (milliseconds). */
const PROGRESS_MS = 5000;

/** The newest rows first: see the repository for what that makes easy. */
async function rotatePlace(
  place: SecretPlace,
  { secrets, clock, write, signal }: RotateOptions,
): Promise<{ looked: number; changed: number; unreadable: number }> {
  const { rows, pauseMs } = limits.reencryption;
  const sum = { looked: 0, changed: 0, unreadable: 0 };
  let after: string | null = null;
  let told = clock.now();
  while (!signal.aborted) {
    const from: string | null = after;
    const page: ReencryptedPage | null = await whileBusy(clock, signal, () =>
      secrets.reencrypt(place, from, rows),
    );
    if (page === null) break;
    sum.looked += page.looked;
    sum.changed += page.changed;
    sum.unreadable += page.unreadable.length;
    for (const { id, problem } of page.unreadable) write(`${nameOf(place)} of ${id}: ${problem}`);
    if (page.next === null) break;
    after = page.next;
    if (clock.now() - told >= PROGRESS_MS) {
      write(`${nameOf(place)}: ${sum.looked} looked at so far, ${sum.changed} encrypted anew`);
      told = clock.now();
    }
    // The database has one writer: the service gets its turn, many times over.
    if (page.changed > 0) await sleep(clock, pauseMs, signal);
  }
  return sum;
}

/** Tries again while others hold the database, since it is they who matter; null once aborted. */
async function whileBusy<T>(
  clock: Clock,
  signal: AbortSignal,
  run: () => Promise<T>,
): Promise<T | null> {
  const { busyTries, busyPauseMs } = limits.reencryption;
  for (let tries = 1; !signal.aborted; tries += 1) {
    try {
      return await run();
    } catch (error) {
      const busy = error instanceof RepositoryError && error.code.startsWith("SQLITE_BUSY");
      if (!busy || tries >= busyTries) throw error;
      await sleep(clock, busyPauseMs, signal);
    }
  }
  return null;
}
