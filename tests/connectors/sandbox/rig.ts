import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type {
  AccountInput,
  Connector,
  LookupInput,
  PayoutInstruction,
  RecipientInput,
  StepInput,
} from "../../../src/connectors/connector.ts";
import { createSandboxConnector } from "../../../src/connectors/sandbox/connector.ts";
import { createHttpTransport } from "../../../src/connectors/sandbox/http-transport.ts";
import { createInProcessTransport } from "../../../src/connectors/sandbox/in-process-transport.ts";
import type { SandboxTransport } from "../../../src/connectors/sandbox/transport.ts";
import type { Deliver } from "../../../src/sandbox-processor/courier.ts";
import { createSandboxServer } from "../../../src/sandbox-processor/http.ts";
import { type Ledger, openLedger } from "../../../src/sandbox-processor/ledger.ts";
import {
  createSandboxProcessor,
  type SandboxProcessor,
} from "../../../src/sandbox-processor/processor.ts";
import { SimulatedTime } from "../../sandbox-processor/simulated-time.ts";

export type Way = "in process" | "over HTTP";
export const WAYS: readonly Way[] = ["in process", "over HTTP"];

export const never = new AbortController().signal;

/** Connector and processor, wired in one of the two ways, on a real file in simulated time. */
export interface Rig {
  readonly time: SimulatedTime;
  readonly processor: SandboxProcessor;
  readonly ledger: Ledger;
  readonly transport: SandboxTransport;
  readonly connector: Connector;
  dispose(): Promise<void>;
}

export async function createRig(way: Way, deliver?: Deliver): Promise<Rig> {
  const folder = mkdtempSync(join(tmpdir(), "sandbox-rig-"));
  const time = new SimulatedTime();
  const ledger = openLedger(join(folder, "sandbox.db"));
  const processor = createSandboxProcessor({
    ledger,
    now: time.now,
    timers: time.timers,
    randomId: () => randomUUID().replaceAll("-", ""),
    settleMs: 2_000,
    ...(deliver && { deliver }),
  });
  const server = way === "over HTTP" ? await listen(createSandboxServer(processor)) : undefined;
  const transport = server
    ? createHttpTransport(urlOf(server))
    : createInProcessTransport(processor);
  return {
    time,
    processor,
    ledger,
    transport,
    connector: createSandboxConnector({ transport }),
    dispose: async () => {
      await processor.stop();
      server?.closeAllConnections();
      await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
      ledger.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function listen(server: Server): Promise<Server> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

export function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function payoutOf(
  scenario?: string,
  changes: Partial<PayoutInstruction> = {},
): PayoutInstruction {
  return {
    merchantId: "mer_a",
    payoutId: "po_1",
    merchantPayoutId: null,
    amount: { minorAmount: 1_050n, currency: "USD" },
    destinationCurrency: "USD",
    method: {
      kind: "ach",
      accountNumber: "000123456789",
      routingNumber: "021000021",
      accountType: "CHECKING",
      holderName: "Jane Doe",
    },
    person: null,
    registered: { recipientId: null, accountId: null },
    references: [],
    priority: null,
    fulfillment: "AUTOMATIC",
    description: "",
    metadata: scenario === undefined ? {} : { sandbox_scenario: scenario },
    ...changes,
  };
}

const KEYS = { transfer: "key-1", hold: "key-1", release: "key-2" } as const;

export function stepOf(
  step: keyof typeof KEYS,
  payout: PayoutInstruction,
  changes: Partial<StepInput> = {},
): StepInput {
  const { transfer, hold, release } = KEYS;
  return {
    step,
    processorKey: KEYS[step],
    payout,
    references: [],
    processorKeys: step === "transfer" ? { transfer } : { hold, release },
    signal: never,
    ...changes,
  };
}

export const LOOKUP: LookupInput = {
  payoutId: "po_1",
  step: "transfer",
  references: [],
  processorKeys: { transfer: "key-1" },
  stopAsked: false,
  signal: never,
};

const PERSON = {
  type: "INDIVIDUAL",
  individual: { givenName: "Jane", familyName: "Doe" },
} as const;

export function recipientOf(scenario?: string): RecipientInput {
  return {
    recipientId: "rcp_1",
    person: PERSON,
    metadata: scenario === undefined ? {} : { sandbox_scenario: scenario },
    processorKey: "rkey",
    signal: never,
  };
}

export function accountOf(connectorRecipientId: string | null): AccountInput {
  return {
    disburseAccountId: "acct_1",
    recipientId: "rcp_1",
    connectorRecipientId,
    method: payoutOf().method,
    person: PERSON,
    processorKey: "akey",
    signal: never,
  };
}
