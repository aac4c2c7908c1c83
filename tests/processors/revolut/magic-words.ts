import type { LinkState } from "./links.ts";
import type { Outcome } from "./payments.ts";

/** What a payment or a link shall live through, told by a word in its reference. */
export interface Fate {
  /** The state that the answer tells; by default pending, or completed inside Revolut. */
  readonly begins?: Outcome;
  /** Where it goes on its own, one state a step; by default to `completed`. */
  readonly course?: readonly Outcome[];
  /** What a link begins as; by default active. */
  readonly link?: LinkState;
  /** Somebody claims the link after a step. */
  readonly claim?: boolean;
}

const completed: Outcome = { state: "completed" };

/** Words to put into `reference` when the fake is run by hand. The first one found counts. */
export const magicWords: Readonly<Record<string, Fate>> = {
  "magic-declined-at-once": { begins: { state: "declined", reason: "blocked_beneficiary" } },
  "magic-decline": { course: [{ state: "declined", reason: "wrong_receiver_details" }] },
  "magic-fail": { course: [{ state: "failed", reason: "account_closed" }] },
  "magic-revert": { course: [completed, { state: "reverted" }] },
  "magic-created": { begins: { state: "created" }, course: [{ state: "pending" }, completed] },
  "magic-new-word": { course: [{ state: "under_review" }] },
  "magic-stuck": { course: [] },
  "magic-claim": { claim: true },
  "magic-awaiting": { link: "awaiting" },
  "magic-link-fails": { link: "failed" },
};

export function fateOf(reference: string): Fate {
  const found = Object.keys(magicWords).find((word) => reference.includes(word));
  return (found === undefined ? undefined : magicWords[found]) ?? {};
}
