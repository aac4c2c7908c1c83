import type { Capability, ConnectorManifest } from "../connector.ts";
import { UUID } from "../toolkit/keys.ts";

const processor = (note: string): Capability => ({ support: "PROCESSOR", note });
const service = (note: string): Capability => ({ support: "SERVICE", note });
const nobody: Capability = { support: "UNSUPPORTED", note: "" };

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** PIX transfers from the merchant's account at Itau. It is told once, and can be asked nothing. */
export const ITAU_MANIFEST: ConnectorManifest = {
  name: "itau",
  displayName: "Itaú",
  testOnly: false,
  operations: {
    CREATE: processor("One PIX transfer; with MANUAL fulfillment held here, nothing is sent."),
    TRANSFER: processor("Sends the transfer; nothing is reserved until then."),
    GET: service("As the answer to the transfer said; a person decides what it left open."),
    VOID: nobody,
    STAGE: service("Kept here; Itaú quotes nothing."),
    CREATE_LINK: service("Our page asks for the account or the PIX key."),
    CREATE_RECIPIENT: service("None needed: an account or a PIX key is enough."),
    ENROLL_DISBURSE_ACCOUNT: service("None needed: an account or a PIX key is enough."),
  },
  methods: ["pix", "pix_key"],
  currencies: ["BRL"],
  idempotency: {
    // Itau takes no key: every transfer that it reads is another one.
    repeat: "NONE",
    maxKeyLength: 36,
    keyPattern: UUID,
    windowMs: 0,
    keepsRefusals: false,
  },
  // There is no GET: what was not said in the answer is never said.
  lookup: "NONE",
  notFoundIsProof: false,
  webhookSignature: null,
  retry: { firstMs: SECOND, maxMs: 5 * MINUTE },
  poll: { firstMs: SECOND, maxMs: HOUR },
  circuit: { failures: 5, open: { firstMs: 5 * SECOND, maxMs: MINUTE } },
};
