import type { Capability, ConnectorManifest } from "../connector.ts";
import { VISIBLE } from "../toolkit/keys.ts";

const processor = (note: string): Capability => ({ support: "PROCESSOR", note });
const service = (note: string): Capability => ({ support: "SERVICE", note });

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Adyen's balance platform: transfers from a balance account to bank accounts. */
export const ADYEN_MANIFEST: ConnectorManifest = {
  name: "adyen",
  displayName: "Adyen",
  testOnly: false,
  operations: {
    CREATE: processor("A route check, then a transfer; with MANUAL fulfillment under review."),
    TRANSFER: processor("Approves the transfer that is under review."),
    GET: processor("By the transfer's id, or by our key, which is its reference."),
    VOID: processor("While the transfer is under review; answered later."),
    STAGE: processor("A route check, then a transfer under review, for thirty days at most."),
    CREATE_LINK: service("Our page, then as Create."),
    CREATE_RECIPIENT: processor("A legal entity, which Adyen verifies."),
    ENROLL_DISBURSE_ACCOUNT: processor("A transfer instrument of the legal entity."),
  },
  // passthrough: a transfer instrument that Adyen knows already (token kind "transfer_instrument").
  methods: ["sepa", "bacs", "ach", "passthrough"],
  // What the balance account holds; the route check tells which of them go where.
  currencies: "all",
  idempotency: {
    repeat: "REPLAYED",
    maxKeyLength: 64,
    keyPattern: VISIBLE,
    // Adyen keeps a key for seven days at least; the hour is for clocks and for a call that takes its time.
    windowMs: 7 * DAY - HOUR,
    // No page says that a refusal is kept as well.
    keepsRefusals: false,
  },
  // The list that is searched by reference may lag behind.
  lookup: "BY_KEY",
  notFoundIsProof: false,
  webhookSignature: "HmacSignature: HMAC-SHA256 of the body, with Basic authentication beside it",
  retry: { firstMs: SECOND, maxMs: 5 * MINUTE },
  // Webhooks tell most; a transfer takes minutes to days.
  poll: { firstMs: 2 * SECOND, maxMs: HOUR },
  circuit: { failures: 5, open: { firstMs: 5 * SECOND, maxMs: MINUTE } },
};
