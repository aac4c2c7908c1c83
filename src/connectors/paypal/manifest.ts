import type { Capability, ConnectorManifest } from "../connector.ts";
import { VISIBLE } from "../toolkit/keys.ts";

const processor = (note: string): Capability => ({ support: "PROCESSOR", note });
const service = (note: string): Capability => ({ support: "SERVICE", note });

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** PayPal Payouts: a batch of one item, paid from the balance to whoever has the address. */
export const PAYPAL_MANIFEST: ConnectorManifest = {
  name: "paypal",
  displayName: "PayPal",
  testOnly: false,
  operations: {
    CREATE: processor("A batch of one item; with MANUAL fulfillment held here, nothing is sent."),
    TRANSFER: processor("Sends the batch; nothing is reserved until then."),
    GET: processor("By the ids of batch and item."),
    VOID: processor("While nobody has claimed the money; then it comes back."),
    STAGE: service("Kept here; PayPal quotes nothing."),
    CREATE_LINK: service("Our page, then as Create."),
    CREATE_RECIPIENT: service("None needed: an address is enough."),
    ENROLL_DISBURSE_ACCOUNT: service("None needed: an address is enough."),
  },
  methods: ["paypal", "venmo"],
  currencies:
    `AUD BRL CAD CHF CZK DKK EUR GBP HKD HUF ILS JPY MXN MYR NOK NZD PHP PLN SEK SGD THB TWD USD`.split(
      " ",
    ),
  idempotency: {
    // sender_batch_id: any text of up to 256 characters. A second batch of the same one is refused, with a
    // link to the first.
    repeat: "REFUSED",
    maxKeyLength: 256,
    keyPattern: VISIBLE,
    // Known for 30 days; the last one is for clocks and for a call that takes its time.
    windowMs: 29 * DAY,
    // A refused batch is none, so a repeat may be refused for another reason than the first call was.
    keepsRefusals: false,
  },
  // Only a repeat tells the id of a batch whose answer was lost, and a look-up repeats nothing.
  lookup: "BY_REFERENCE",
  notFoundIsProof: false,
  webhookSignature: "PayPal-Transmission-Sig, checked by PayPal (verify-webhook-signature)",
  retry: { firstMs: SECOND, maxMs: 5 * MINUTE },
  // Most batches are done within a minute; what nobody claims is there for 30 days.
  poll: { firstMs: 2 * SECOND, maxMs: HOUR },
  circuit: { failures: 5, open: { firstMs: 5 * SECOND, maxMs: MINUTE } },
};

/** The calls of a payout. */
export const STEPS = {
  /** Asks whether PayPal lets us in; the only call of a payout that waits for its Transfer. */
  check: "check",
  payout: "payout",
} as const;
