import type { Capability, ConnectorManifest } from "../connector.ts";
import { VISIBLE } from "../toolkit/keys.ts";
import { PAYOUT_CURRENCIES } from "./currencies.ts";

const processor = (note: string): Capability => ({ support: "PROCESSOR", note });
const service = (note: string): Capability => ({ support: "SERVICE", note });

const HOUR = 60 * 60_000;

/** Stripe Connect: money goes to a connected account of the recipient, and from there to its bank. */
export const STRIPE_MANIFEST: ConnectorManifest = {
  name: "stripe",
  displayName: "Stripe",
  testOnly: false,
  operations: {
    CREATE: processor("A transfer to the connected account, then a payout from it to the bank."),
    TRANSFER: processor("The same for a payout that waited; nothing is reserved until then."),
    GET: processor("By the ids of payout and transfer."),
    VOID: processor("Until the bank has the payout; the transfer is taken back as well."),
    STAGE: service("Kept here; Stripe quotes nothing."),
    CREATE_LINK: service("Our page, then as Create."),
    CREATE_RECIPIENT: processor("A connected account whose payouts are manual."),
    ENROLL_DISBURSE_ACCOUNT: processor("An external account of the connected account."),
  },
  // passthrough: a bank account's token (btok_), made in the recipient's browser by Stripe's own library.
  methods: ["ach", "bacs", "sepa", "passthrough"],
  currencies: PAYOUT_CURRENCIES,
  idempotency: {
    repeat: "REPLAYED",
    maxKeyLength: 255,
    keyPattern: VISIBLE,
    // Stripe may forget a key after 24 hours; the hour is for clocks and for a call that takes its time.
    windowMs: 23 * HOUR,
    // What an endpoint answers once it has begun to execute is kept under the key, errors included.
    keepsRefusals: true,
  },
  lookup: "BY_REFERENCE",
  notFoundIsProof: false,
  webhookSignature: "Stripe-Signature: HMAC-SHA256 of time and body",
  retry: { firstMs: 1_000, maxMs: 5 * 60_000 },
  poll: { firstMs: 2_000, maxMs: HOUR },
  circuit: { failures: 5, open: { firstMs: 5_000, maxMs: 60_000 } },
};
