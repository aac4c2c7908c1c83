import type { NamedFile } from "./render.ts";

/** The module's own folder. Every call ends honestly: nothing is sent, since nothing is written yet. */
export function moduleFiles(name: string): readonly NamedFile[] {
  const folder = `src/connectors/${name}`;
  const pascal = name.charAt(0).toUpperCase() + name.slice(1);
  const upper = name.toUpperCase();
  return [
    {
      path: `${folder}/index.ts`,
      text: `export { create${pascal}Connector as createConnector } from "./connector.ts";\n`,
    },
    {
      path: `${folder}/account-fields.ts`,
      text: `import type { AccountField } from "../connector.ts";

/** What a merchant's account needs. */
export const ${upper}_ACCOUNT_FIELDS: readonly AccountField[] = [
  {
    name: "api_key",
    secret: true,
    required: true,
    about: "An API key; say here where on the processor's pages it is found.",
  },
];

export const ${upper}_BASE_URLS = {
  test: "https://test.example",
  live: "https://live.example",
} as const;
`,
    },
    {
      path: `${folder}/manifest.ts`,
      text: `import type { Capability, ConnectorManifest } from "../connector.ts";
import { UUID } from "../toolkit/keys.ts";

const processor = (note: string): Capability => ({ support: "PROCESSOR", note });
const service = (note: string): Capability => ({ support: "SERVICE", note });
const nobody: Capability = { support: "UNSUPPORTED", note: "" };

const SECOND = 1000;
const MINUTE = 60 * SECOND;

export const ${upper}_MANIFEST: ConnectorManifest = {
  name: "${name}",
  displayName: "${pascal}",
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
  // With NONE, for a processor that cannot be asked, \`lookup\` answers not_found: see docs/guides/connector.md.
  lookup: "BY_KEY",
  notFoundIsProof: false,
  webhookSignature: null,
  retry: { firstMs: SECOND, maxMs: MINUTE },
  poll: { firstMs: 2 * SECOND, maxMs: 10 * MINUTE },
  circuit: { failures: 5, open: { firstMs: 5 * SECOND, maxMs: MINUTE } },
};
`,
    },
    {
      path: `${folder}/plan.ts`,
      text: `import type { PayoutInstruction, PlannedOperation, StepEffect } from "../connector.ts";

/**
 * The calls that a payout comes to:
 * - check: asks whether it can be paid, or no more than whether the processor lets us in; the last one of
 *   a payout that waits for its Transfer;
 * - pay: pays it.
 */
export type Step = "check" | "pay";

export function planPayout(
  operation: PlannedOperation,
  { fulfillment }: PayoutInstruction,
): readonly Step[] {
  if (operation === "stage") return [];
  if (operation === "transfer") return ["pay"];
  return fulfillment === "MANUAL" ? ["check"] : ["check", "pay"];
}

/** What an accepted step leaves behind. */
export function effectOf(step: string): StepEffect {
  return step === "pay" ? "MONEY" : "NOTHING";
}
`,
    },
    {
      path: `${folder}/connector.ts`,
      text: `import type { PayoutError } from "../../domain/payout.ts";
import type { ConnectorModule, ConnectorTools } from "../connector.ts";
import { unknownStep } from "../toolkit/errors.ts";
import { ${upper}_ACCOUNT_FIELDS, ${upper}_BASE_URLS } from "./account-fields.ts";
import { ${upper}_MANIFEST } from "./manifest.ts";
import { effectOf, planPayout } from "./plan.ts";

/** Keeps no state; see \`Connector\` for what each function promises. */
export function create${pascal}Connector(_tools: ConnectorTools): ConnectorModule {
  return {
    manifest: ${upper}_MANIFEST,
    accountFields: ${upper}_ACCOUNT_FIELDS,
    baseUrls: ${upper}_BASE_URLS,
    plan: planPayout,
    effectOf,
    callStep: async ({ step }) => {
      switch (step) {
        case "check":
        case "pay":
          return { kind: "not_sent", error: NOT_WRITTEN };
        default:
          return { kind: "rejected", error: unknownStep() };
      }
    },
    lookup: async () => ({ kind: "unreachable", error: NOT_WRITTEN }),
  };
}

const NOT_WRITTEN: PayoutError = {
  category: "CONFIGURATION",
  reason: "CONNECTOR_NOT_WRITTEN",
  message: "The connector cannot make calls yet; nothing was sent.",
};
`,
    },
  ];
}
