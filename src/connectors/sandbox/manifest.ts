import { PAYOUT_METHOD_KINDS } from "../../domain/payout-method/index.ts";
import type { Capability, ConnectorManifest } from "../connector.ts";
import { VISIBLE } from "../toolkit/keys.ts";

const processor = (note: string): Capability => ({ support: "PROCESSOR", note });
const service = (note: string): Capability => ({ support: "SERVICE", note });

const THIRTY_DAYS = 30 * 24 * 60 * 60_000;

/** The reference connector: it can do everything, with pretended money. */
export const SANDBOX_MANIFEST: ConnectorManifest = {
  name: "sandbox",
  displayName: "Sandbox",
  testOnly: true,
  operations: {
    CREATE: processor("A transfer; with MANUAL fulfillment one that is held."),
    TRANSFER: processor("Releases the held transfer."),
    GET: processor("By the transfer's id or by our key."),
    VOID: processor("Until the transfer has settled."),
    STAGE: processor("A quote at fixed rates."),
    CREATE_LINK: service("Our page; magic account numbers choose what happens to the payout."),
    CREATE_RECIPIENT: processor("Registered at once."),
    ENROLL_DISBURSE_ACCOUNT: processor("Verified at once."),
  },
  methods: PAYOUT_METHOD_KINDS,
  currencies: "all",
  // The ledger forgets no key. The window is what the service needs, not what ends there.
  idempotency: {
    repeat: "REPLAYED",
    maxKeyLength: 255,
    keyPattern: VISIBLE,
    windowMs: THIRTY_DAYS,
    keepsRefusals: true,
  },
  lookup: "BY_KEY",
  webhookSignature: null,
  // A request may still be on its way when the look-up overtakes it.
  notFoundIsProof: false,
  retry: { firstMs: 500, maxMs: 2_000 },
  poll: { firstMs: 500, maxMs: 5_000 },
  // Its scripted faults are one payout's each and say nothing of the processor: only many in a row do.
  circuit: { failures: 200, open: { firstMs: 500, maxMs: 5_000 } },
};
