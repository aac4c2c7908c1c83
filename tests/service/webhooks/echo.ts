import { createHmac, timingSafeEqual } from "node:crypto";
import type {
  ConnectorManifest,
  ConnectorModule,
  OpenAccount,
  ProcessorState,
  Webhook,
  WebhookEvent,
  WebhookMessage,
} from "../../../src/connectors/connector.ts";
import { UUID } from "../../../src/connectors/toolkit/keys.ts";
import type { RecipientStatus } from "../../../src/domain/recipient.ts";

/** A transfer at the processor. */
interface Transfer {
  readonly id: string;
  readonly key: string;
  state: ProcessorState;
}

export const SECRET = "echo-secret";
/** The reference that every transfer shares. */
export const SHARED = { kind: "account", id: "shared" } as const;

/**
 * A processor in memory, with its connector. What it is told to send it sends as it is: an event's body is
 * the event itself. It answers as the test says.
 */
export class Echo {
  readonly transfers: Transfer[] = [];
  /** How registered recipients stand, by the processor's id. */
  readonly recipients = new Map<string, RecipientStatus>();
  /** What has been looked up, in order. */
  readonly lookups: string[] = [];
  /** Look-ups are not answered. */
  isDown = false;
  /** What a call waits for between acting and answering. */
  beforeAnswer: () => Promise<void> = async () => {};
  /** How messages are verified; by default by their signature. */
  verify: Webhook["verify"] = isSigned;
  readonly module: ConnectorModule;

  constructor(reply?: Webhook["reply"]) {
    this.module = this.#module(reply);
  }

  /** The transfer of a payout's only attempt. */
  transferOf(key: string): Transfer {
    const found = this.transfers.find((each) => each.key === key);
    if (found === undefined) throw new Error("there is no such transfer");
    return found;
  }

  #module(reply: Webhook["reply"]): ConnectorModule {
    return {
      manifest: MANIFEST,
      accountFields: [
        { name: "webhook_secret", secret: true, required: true, about: "The secret of webhooks." },
      ],
      baseUrls: { test: "http://127.0.0.1:9", live: "http://127.0.0.1:9" },
      plan: () => ["transfer"],
      effectOf: () => "MONEY",
      callStep: async ({ processorKey: key, payout }) => {
        const known = this.transfers.find((each) => each.key === key);
        const id = known?.id ?? `tr-${this.transfers.length + 1}-${payout.payoutId}`;
        const references = [{ kind: "transfer", id }, SHARED];
        const state: ProcessorState = { status: "PENDING", references };
        if (known === undefined) this.transfers.push({ id, key, state });
        await this.beforeAnswer();
        return { kind: "accepted", value: state };
      },
      lookup: async ({ processorKeys, payoutId }) => {
        this.lookups.push(payoutId);
        if (this.isDown) return { kind: "unreachable", error: DOWN };
        const keys = Object.values(processorKeys);
        const found = this.transfers.find(({ key }) => keys.includes(key));
        return found ? { kind: "found", value: found.state } : { kind: "not_found" };
      },
      registerRecipient: async ({ recipientId }) => {
        const connectorRecipientId = `at-echo-${recipientId}`;
        this.recipients.set(connectorRecipientId, "ACTION_REQUIRED");
        return {
          kind: "accepted",
          value: { status: "ACTION_REQUIRED", connectorRecipientId, requirements: ["passport"] },
        };
      },
      lookupRecipient: async ({ recipientId }) => {
        const connectorRecipientId = `at-echo-${recipientId}`;
        this.lookups.push(recipientId);
        const status = this.recipients.get(connectorRecipientId);
        if (this.isDown) return { kind: "unreachable", error: DOWN };
        return status === undefined
          ? { kind: "not_found" }
          : { kind: "found", value: { status, connectorRecipientId } };
      },
      webhook: {
        verify: (message, account) => this.verify(message, account),
        parse,
        ...(reply && { reply }),
      },
    };
  }
}

const DOWN = { category: "CONNECTOR_UNAVAILABLE", reason: "DOWN", message: "a constant" } as const;

/** The body of an event as this processor writes it. */
export function bodyOf(event: WebhookEvent): Buffer {
  return Buffer.from(JSON.stringify(event));
}

export function signatureOf(body: Uint8Array, secret = SECRET): Record<string, string> {
  return { "x-echo-signature": createHmac("sha256", secret).update(body).digest("hex") };
}

function isSigned({ headers, body }: WebhookMessage, { settings }: OpenAccount): boolean {
  const given = Buffer.from(headers["x-echo-signature"] ?? "", "hex");
  const secret = settings["webhook_secret"] ?? "";
  const expected = createHmac("sha256", secret).update(body).digest();
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function parse({ body }: WebhookMessage): ReturnType<Webhook["parse"]> {
  const text = Buffer.from(body).toString();
  if (text === "throw") throw new Error("canary-4711");
  if (!text.startsWith("{") && !text.startsWith("[")) return { kind: "unreadable" };
  const read = JSON.parse(text) as WebhookEvent | readonly WebhookEvent[];
  return { kind: "events", events: [read].flat() };
}

const PROCESSOR = { support: "PROCESSOR", note: "" } as const;
const SERVICE = { support: "SERVICE", note: "" } as const;
/** So long that nothing is polled while a test lasts. */
const NEVER = { firstMs: 10 * 60 * 60_000, maxMs: 10 * 60 * 60_000 };

const MANIFEST: ConnectorManifest = {
  name: "echo",
  displayName: "Echo",
  testOnly: false,
  operations: {
    CREATE: PROCESSOR,
    TRANSFER: PROCESSOR,
    GET: PROCESSOR,
    VOID: PROCESSOR,
    STAGE: SERVICE,
    CREATE_LINK: SERVICE,
    CREATE_RECIPIENT: PROCESSOR,
    ENROLL_DISBURSE_ACCOUNT: SERVICE,
  },
  methods: ["ach"],
  currencies: "all",
  idempotency: {
    repeat: "REPLAYED",
    maxKeyLength: 36,
    keyPattern: UUID,
    windowMs: 24 * 60 * 60_000,
    keepsRefusals: true,
  },
  lookup: "BY_KEY",
  notFoundIsProof: false,
  webhookSignature: "x-echo-signature",
  retry: { firstMs: 10, maxMs: 100 },
  poll: NEVER,
  circuit: { failures: 1000, open: { firstMs: 1, maxMs: 1 } },
};
