import type { KnownDeviation } from "../support/violation.ts";

/** Where the processor does what its document does not say, or denies. */
export const deviations: readonly KnownDeviation[] = [
  {
    why: "the document's own examples of 401 have no code, its schema of errors wants one",
    side: "reply",
    in: "body",
    pointer: "/code",
    rule: "required",
  },
];
