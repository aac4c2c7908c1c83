/** In these the processor has not begun: nothing is reserved, and a review can still be decided. */
export const beforeAuthorised: readonly string[] = [
  "received",
  "approvalPending",
  "pendingApproval",
  "pendingExecution",
];

/** The money has left, as far as the platform is concerned. */
export const afterBooked: readonly string[] = ["booked", "pending", "credited"];

/** After these nothing more is expected. */
export const endings: readonly string[] = [
  "refused",
  "rejected",
  "cancelled",
  "expired",
  "error",
  "failed",
  "returned",
  "reversed",
];

/**
 * The document has two words for "waits for approval" and does not say which one is used when.
 * `approvalPending` is the fake's default; a test can choose the other.
 */
export const reviewWords = ["approvalPending", "pendingApproval"] as const;
export type ReviewWord = (typeof reviewWords)[number];

/**
 * Published words that a bank transfer should never show but that come in the same field: some of the
 * seventy-two, for tests that such a word is kept and taken for nothing.
 */
export const strangeWords = [
  "bankTransfer",
  "bankTransferPending",
  "bookingPending",
  "capturedExternally",
  "disputeNeedsReview",
  "manualCorrectionPending",
  "matchedStatementPending",
  "miscCost",
  "refunded",
  "undefined",
] as const;
