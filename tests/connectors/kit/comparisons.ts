import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";

/** What was called while something ran. */
export interface Comparisons<T> {
  readonly result: T;
  /** Calls of timingSafeEqual. */
  readonly compared: number;
  /** Verifications by a public key, which has no secret to give away. */
  readonly verified: number;
}

/** Counts how signatures are compared. Not for two things at once: it watches the whole process. */
export async function countComparisons<T>(run: () => Promise<T>): Promise<Comparisons<T>> {
  const { timingSafeEqual, verify } = crypto;
  let compared = 0;
  let verified = 0;
  crypto.timingSafeEqual = (a, b) => {
    compared += 1;
    return timingSafeEqual(a, b);
  };
  crypto.verify = ((...args: Parameters<typeof verify>) => {
    verified += 1;
    return verify(...args);
  }) as typeof verify;
  syncBuiltinESMExports();
  try {
    const result = await run();
    return { result, compared, verified };
  } finally {
    Object.assign(crypto, { timingSafeEqual, verify });
    syncBuiltinESMExports();
  }
}
