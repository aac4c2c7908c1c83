import { normalCourse, refundCourse, type Status } from "./statuses.ts";

/** What a transfer shall live through, told by a word in its reference. */
export interface Fate {
  /** How the call that funds it is answered. */
  readonly funding?: "insufficient" | "sca";
  /** Where it goes after `processing`, one status a step; by default the normal course. */
  readonly course?: readonly Status[];
  /** The reason of a payout failure, told when the transfer reaches `bounced_back`. */
  readonly failure?: string;
}

/**
 * Words to put into `details.reference` when the fake is run by hand. The first word that the
 * reference contains counts.
 */
export const magicWords: Readonly<Record<string, Fate>> = {
  "magic-reject": { funding: "insufficient" },
  "magic-sca": { funding: "sca" },
  "magic-bounce": {
    course: [...normalCourse, "bounced_back", ...refundCourse],
    failure: "ACCOUNT_CLOSED",
  },
  "magic-early-bounce": {
    course: ["funds_converted", "bounced_back", ...refundCourse],
    failure: "WRONG_ACCOUNT_NUMBER",
  },
  "magic-redeliver": { course: [...normalCourse, "bounced_back", "processing", ...normalCourse] },
  "magic-recipient": { course: ["waiting_recipient_input_to_proceed"] },
  "magic-chargeback": { course: [...normalCourse, "charged_back"] },
  "magic-new-word": { course: ["awaiting_partner_release"] },
  "magic-stuck": { course: [] },
};

export function fateOf(reference: string): Fate {
  const found = Object.keys(magicWords).find((word) => reference.includes(word));
  return (found === undefined ? undefined : magicWords[found]) ?? {};
}
