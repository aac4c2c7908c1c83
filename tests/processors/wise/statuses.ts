/**
 * The words for a transfer's status, in the order of a normal life and then the others. The processor
 * may add words; the fake moves a transfer to any text.
 */
export const statuses = [
  "incoming_payment_waiting",
  "incoming_payment_initiated",
  "processing",
  "funds_converted",
  "outgoing_payment_sent",
  "bounced_back",
  "cancelled",
  "funds_refunded",
  "charged_back",
  "waiting_recipient_input_to_proceed",
  "unknown",
] as const;

/** Any text, with the known words offered. */
export type Status = (typeof statuses)[number] | (string & {});

/** Statuses in which the API takes a cancellation: before the money is converted. */
export const cancellable: readonly Status[] = [
  "incoming_payment_waiting",
  "incoming_payment_initiated",
  "processing",
];

/** Statuses in which funding is still awaited. */
export const fundable: readonly Status[] = [
  "incoming_payment_waiting",
  "incoming_payment_initiated",
];

/** What happens after `processing` to a transfer that nobody disturbs. */
export const normalCourse: readonly Status[] = ["funds_converted", "outgoing_payment_sent"];

/**
 * What happens after the recipient's bank gave the money back, as documented: the transfer steps back
 * to `processing`, and is `cancelled` for a while before the refund, though it had been sent.
 */
export const refundCourse: readonly Status[] = ["processing", "cancelled", "funds_refunded"];

/** From which status the sandbox's simulation accepts which. */
export const simulationSteps: Readonly<Record<string, readonly Status[]>> = {
  processing: ["incoming_payment_waiting"],
  funds_converted: ["processing"],
  outgoing_payment_sent: ["funds_converted"],
  bounced_back: ["outgoing_payment_sent", "funds_converted"],
  funds_refunded: ["bounced_back"],
};
