import type { Capability, ConnectorManifest } from "../connector.ts";
import { UUID } from "../toolkit/keys.ts";

const processor = (note: string): Capability => ({ support: "PROCESSOR", note });
const service = (note: string): Capability => ({ support: "SERVICE", note });

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

export const WISE_MANIFEST: ConnectorManifest = {
  name: "wise",
  displayName: "Wise",
  testOnly: false,
  operations: {
    CREATE: processor(
      "A transfer, funded from the balance; with MANUAL fulfillment left unfunded.",
    ),
    TRANSFER: processor("Funds the transfer."),
    GET: processor("By the transfer's id; by our key among the transfers of the last two days."),
    VOID: processor("Until the money is converted; what was funded comes back as REVERSED."),
    STAGE: processor("A quote, kept for about half an hour."),
    CREATE_LINK: service("Our page asks for the payout method."),
    CREATE_RECIPIENT: service("None needed: the account holds the recipient."),
    ENROLL_DISBURSE_ACCOUNT: processor("A recipient account."),
  },
  // Not interac: an account of type "email" asks the recipient for bank details, which is another rail.
  methods: ["sepa", "bacs", "ach"],
  // What a balance can hold: the source. The destination follows from the method.
  currencies:
    `AUD CAD CHF CZK DKK EUR GBP HKD HUF ILS JPY MXN NOK NZD PLN RON SEK SGD TRY USD ZAR`.split(
      " ",
    ),
  idempotency: {
    // customerTransactionId is a UUID.
    repeat: "REPLAYED",
    maxKeyLength: 36,
    keyPattern: UUID,
    // No page says for how long an id is known; a day covers every repeat that the engine makes.
    windowMs: DAY,
    keepsRefusals: false,
  },
  // A request may still be on its way when the list is read.
  lookup: "BY_KEY",
  notFoundIsProof: false,
  webhookSignature: "X-Signature-SHA256: RSA-SHA256 of the body",
  retry: { firstMs: SECOND, maxMs: MINUTE },
  // Webhooks tell most; a transfer takes minutes to days.
  poll: { firstMs: 2 * SECOND, maxMs: 10 * MINUTE },
  circuit: { failures: 5, open: { firstMs: 5 * SECOND, maxMs: MINUTE } },
};

/** The calls of a payout, in their order. */
export const STEPS = {
  quote: "quote",
  account: "account",
  transfer: "transfer",
  fund: "fund",
} as const;

/** Takes an unfunded transfer back. */
export const CANCEL = "cancel";
