import type { Capability, ConnectorManifest } from "../../../../src/connectors/connector.ts";
import { VISIBLE } from "../../../../src/connectors/toolkit/keys.ts";
import type { Mistake } from "./mistakes.ts";

const processor: Capability = { support: "PROCESSOR", note: "By one call." };
const service: Capability = { support: "SERVICE", note: "Here." };

export function toyManifest(has: (mistake: Mistake) => boolean): ConnectorManifest {
  return {
    name: "toy",
    displayName: "Toy",
    testOnly: false,
    operations: {
      CREATE: processor,
      TRANSFER: processor,
      GET: processor,
      VOID: has("VOID without void") ? { support: "UNSUPPORTED", note: "" } : processor,
      STAGE: service,
      CREATE_LINK: processor,
      CREATE_RECIPIENT: service,
      ENROLL_DISBURSE_ACCOUNT: processor,
    },
    methods: ["sepa"],
    currencies: "all",
    links: { minMs: 60 * 60_000, maxMs: 24 * 60 * 60_000, stepMs: 60_000 },
    idempotency: {
      repeat: "REPLAYED",
      maxKeyLength: 64,
      keyPattern: VISIBLE,
      windowMs: 24 * 60 * 60_000,
      keepsRefusals: false,
    },
    lookup: "BY_KEY",
    notFoundIsProof: false,
    webhookSignature: "X-Toy-Signature: HMAC-SHA256 of time and body",
    retry: { firstMs: 1_000, maxMs: 60_000 },
    poll: { firstMs: 1_000, maxMs: 600_000 },
    circuit: { failures: 5, open: { firstMs: 5_000, maxMs: 60_000 } },
  };
}
