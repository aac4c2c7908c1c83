import type { Outcome } from "../connector.ts";

/** The steps before were accepted, and what they brought is not there: a fault of ours, and nothing to guess at. */
export const LOST: Outcome<never> = {
  kind: "not_sent",
  error: {
    category: "INTERNAL",
    reason: "REFERENCE_MISSING",
    message: "An id of an earlier call is missing; nothing was sent.",
  },
};
