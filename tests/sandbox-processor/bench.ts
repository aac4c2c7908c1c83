import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Ledger, openLedger } from "../../src/sandbox-processor/ledger.ts";
import {
  createSandboxProcessor,
  type SandboxProcessor,
  type SandboxProcessorOptions,
} from "../../src/sandbox-processor/processor.ts";
import type {
  SandboxAnswer,
  WireNews,
  WireTransfer,
  WireTransferPage,
} from "../../src/sandbox-processor/wire.ts";
import { SimulatedTime } from "./simulated-time.ts";

export const SETTLE_MS = 2_000;

/** A processor on a real file, in simulated time, that can be closed and opened again. */
export class Bench {
  readonly folder = mkdtempSync(join(tmpdir(), "sandbox-"));
  readonly path = join(this.folder, "sandbox.db");
  readonly time = new SimulatedTime();
  readonly delivered: WireNews[] = [];
  readonly errors: unknown[] = [];
  ledger!: Ledger;
  processor!: SandboxProcessor;
  #ids = 0;

  constructor(options: Partial<SandboxProcessorOptions> = {}) {
    this.open(options);
  }

  open(options: Partial<SandboxProcessorOptions> = {}): void {
    this.ledger = openLedger(this.path);
    this.processor = createSandboxProcessor({
      ledger: this.ledger,
      now: this.time.now,
      timers: this.time.timers,
      randomId: () => {
        this.#ids += 1;
        return `id${this.#ids}`;
      },
      settleMs: SETTLE_MS,
      deliver: async (news) => {
        this.delivered.push(news);
      },
      onError: (error) => this.errors.push(error),
      ...options,
    });
  }

  async close(): Promise<void> {
    await this.processor.stop();
    this.ledger.close();
  }

  async dispose(): Promise<void> {
    await this.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  post(path: string, body: object, key?: string): Promise<SandboxAnswer> {
    return this.processor.handle({
      method: "POST",
      path,
      headers: key === undefined ? {} : { "idempotency-key": key },
      body: JSON.stringify(body),
    });
  }

  get(path: string): Promise<SandboxAnswer> {
    return this.processor.handle({ method: "GET", path, headers: {}, body: "" });
  }

  /** The ledger, newest first. */
  async transfers(): Promise<readonly WireTransfer[]> {
    return bodyOf<WireTransferPage>(await this.get("/transfers?limit=100")).transfers;
  }
}

/** The body of POST /transfers of a plain payout, with changes. */
export function order(changes: object = {}): object {
  return {
    account: "mer_a",
    payout_id: "po_1",
    amount: "1050",
    currency: "USD",
    destination: { kind: "ach", account: "000123456789" },
    ...changes,
  };
}

/** The parsed body of a reply; throws for a fault. */
export function bodyOf<T>(answer: SandboxAnswer): T {
  if (answer.kind !== "reply") throw new Error(`a fault: ${answer.fault}`);
  return JSON.parse(answer.body);
}

/** Status and code of a reply, or the name of the fault. */
export function gist(answer: SandboxAnswer): string {
  if (answer.kind === "fault") return answer.fault;
  try {
    const body = JSON.parse(answer.body);
    return `${answer.status} ${body.error?.code ?? body.state ?? "ok"}`;
  } catch {
    return `${answer.status} unreadable`;
  }
}
