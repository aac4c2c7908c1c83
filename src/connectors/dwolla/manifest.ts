import type { Capability, ConnectorManifest } from "../connector.ts";
import { UUID } from "../toolkit/keys.ts";

const processor = (note: string): Capability => ({ support: "PROCESSOR", note });
const service = (note: string): Capability => ({ support: "SERVICE", note });

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Dwolla: ACH in the United States, from a balance or a bank to the banks of those who only receive. */
export const DWOLLA_MANIFEST: ConnectorManifest = {
  name: "dwolla",
  displayName: "Dwolla",
  testOnly: false,
  operations: {
    CREATE: processor("A transfer to the recipient's bank; with MANUAL fulfillment kept here."),
    TRANSFER: processor("Makes the transfer, or releases the mass payment that Stage has made."),
    GET: processor("By the transfer's id, or by our key, which is its correlation id."),
    VOID: processor("Until the transfer is with the bank; a staged one until it is released."),
    STAGE: processor("A deferred mass payment of one; it reserves no money."),
    CREATE_LINK: service("Our page, then as Create."),
    CREATE_RECIPIENT: processor(
      "A customer who only receives, with an e-mail address; an organization's contact is named in the metadata: dwolla_contact_given_name, dwolla_contact_family_name.",
    ),
    ENROLL_DISBURSE_ACCOUNT: processor("A funding source of the customer."),
  },
  methods: ["ach"],
  currencies: ["USD"],
  idempotency: {
    repeat: "REPLAYED",
    // It is a correlation id too, and the end of a bank account's name, which has 50 characters.
    maxKeyLength: 36,
    keyPattern: UUID,
    // Dwolla forgets a key after 24 hours; the hour is for clocks and for a call that takes its time.
    windowMs: 23 * HOUR,
    keepsRefusals: false,
  },
  // A mass payment is not found by anything but its id, but pays nobody until it is released.
  lookup: "BY_KEY",
  notFoundIsProof: false,
  webhookSignature: "X-Request-Signature-SHA-256: HMAC-SHA256 of the body",
  retry: { firstMs: SECOND, maxMs: 5 * MINUTE },
  // ACH takes days, and webhooks tell.
  poll: { firstMs: 2 * SECOND, maxMs: HOUR },
  circuit: { failures: 5, open: { firstMs: 5 * SECOND, maxMs: MINUTE } },
};
