import type { Capability, ConnectorManifest } from "../connector.ts";
import { VISIBLE } from "../toolkit/keys.ts";

const processor = (note: string): Capability => ({ support: "PROCESSOR", note });
const service = (note: string): Capability => ({ support: "SERVICE", note });

const SECOND = 1000;
const MINUTE = 60 * SECOND;
export const DAY = 24 * 60 * MINUTE;

/** Revolut Business: a counterparty, an indicative quote that asks whether it can be paid, a payment. */
export const REVOLUT_MANIFEST: ConnectorManifest = {
  name: "revolut",
  displayName: "Revolut Business",
  testOnly: false,
  operations: {
    CREATE: processor(
      "A counterparty where there is none, an indicative quote, and the payment; with MANUAL fulfillment the payment waits here.",
    ),
    TRANSFER: processor("Makes the payment."),
    GET: processor("By the transaction's id, or by our key as its request_id."),
    VOID: processor(
      "Until the payment is made, which Revolut does not take back; a link until it is claimed.",
    ),
    STAGE: processor(
      "An indicative quote, which holds no price; the payout waits here. Whom Revolut does not know is added as a counterparty for it.",
    ),
    CREATE_LINK: processor(
      "With host PROCESSOR a payout link of Revolut's: 1 to 2,500 GBP or equal, 1 to 7 whole days; else our page asks for the payout method.",
    ),
    CREATE_RECIPIENT: service("None needed: the counterparty holds the recipient."),
    ENROLL_DISBURSE_ACCOUNT: processor("A counterparty with a bank account."),
  },
  methods: ["sepa", "bacs", "ach"],
  currencies: ["EUR", "GBP", "USD"],
  links: { minMs: DAY, maxMs: 7 * DAY, stepMs: DAY },
  idempotency: {
    // request_id. One page says that a repeat answers the first payment; the document refuses it (3020).
    repeat: "REFUSED",
    maxKeyLength: 40,
    keyPattern: VISIBLE,
    // Two weeks, after which a repeat pays again; a day less, for clocks that differ.
    windowMs: 13 * DAY,
    keepsRefusals: false,
  },
  lookup: "BY_KEY",
  // A request may still be on its way when the list is read.
  notFoundIsProof: false,
  webhookSignature: "Revolut-Signature: v1=HMAC-SHA256 of v1, time and body",
  retry: { firstMs: SECOND, maxMs: MINUTE },
  // Webhooks tell most; a payment takes seconds to days.
  poll: { firstMs: 2 * SECOND, maxMs: 10 * MINUTE },
  circuit: { failures: 5, open: { firstMs: 5 * SECOND, maxMs: MINUTE } },
};

/** The calls of a payout, in their order. */
export const STEPS = {
  name: "name_check",
  counterparty: "counterparty",
  quote: "indicative_quote",
  pay: "pay",
  link: "payout_link",
} as const;
