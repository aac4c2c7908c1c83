import type { Capability, ConnectorManifest } from "../connector.ts";
import { UUID } from "../toolkit/keys.ts";

const processor = (note: string): Capability => ({ support: "PROCESSOR", note });
const service = (note: string): Capability => ({ support: "SERVICE", note });
const nobody: Capability = { support: "UNSUPPORTED", note: "" };

const SECOND = 1000;
const MINUTE = 60 * SECOND;

export const ITAU_MANIFEST: ConnectorManifest = {
  name: "itau",
  displayName: "Itau",
  testOnly: false,
  operations: {
    CREATE: processor("One call."),
    TRANSFER: processor("The same for a payout that waited."),
    GET: processor("By our key."),
    VOID: nobody,
    STAGE: service("Kept here."),
    CREATE_LINK: service("Our page asks for the payout method."),
    CREATE_RECIPIENT: service("None needed."),
    ENROLL_DISBURSE_ACCOUNT: service("None needed."),
  },
  methods: ["sepa"],
  currencies: ["EUR"],
  idempotency: {
    // Until the processor's word is known: no repeat is safe.
    repeat: "NONE",
    maxKeyLength: 36,
    keyPattern: UUID,
    windowMs: 0,
    keepsRefusals: false,
  },
  lookup: "BY_KEY",
  notFoundIsProof: false,
  webhookSignature: null,
  retry: { firstMs: SECOND, maxMs: MINUTE },
  poll: { firstMs: 2 * SECOND, maxMs: 10 * MINUTE },
  circuit: { failures: 5, open: { firstMs: 5 * SECOND, maxMs: MINUTE } },
};
