import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Books } from "./books.ts";
import { FaultProxy } from "./fault-proxy.ts";
import { Program } from "./process.ts";
import type { Programs } from "./programs.ts";

/** The key that every service of these tests is started with. */
export const API_KEY = `sk_test_${"c".repeat(40)}`;

export interface WorldOptions {
  readonly programs: Programs;
  /** Service processes, all on the same database. Default 1. */
  readonly services?: number;
  readonly leaseMs?: number;
  readonly pollMs?: number;
  readonly settleMs?: number;
  readonly connectorTimeoutMs?: number;
}

/**
 * A service of one or more processes, the sandbox processor in a process of its own, and between each
 * of them a network that can be broken; all in one folder on a real disk.
 */
export class World {
  readonly folder = mkdtempSync(join(tmpdir(), "payout-crash-"));
  readonly databasePath = join(this.folder, "payouts.db");
  readonly ledgerPath = join(this.folder, "sandbox.db");
  readonly leaseMs: number;
  readonly pollMs: number;
  readonly processor: Program;
  readonly services: readonly Program[];
  /** The way of each service to the processor. */
  readonly proxies: readonly FaultProxy[];
  readonly #options: WorldOptions;

  constructor(options: WorldOptions) {
    const { programs, services = 1, leaseMs = 1500, pollMs = 200, settleMs = 300 } = options;
    this.#options = options;
    this.leaseMs = leaseMs;
    this.pollMs = pollMs;
    this.processor = new Program({
      name: "processor",
      path: programs.processor,
      folder: this.folder,
      portVariable: "SANDBOX_PORT",
      environment: () => ({
        SANDBOX_DATABASE: this.ledgerPath,
        PAYOUT_SANDBOX_SETTLE_MS: String(settleMs),
      }),
      readyAddress: (line) => /ready on (\S+)/.exec(line)?.[1],
    });
    this.proxies = Array.from(
      { length: services },
      () => new FaultProxy(() => this.processor.port),
    );
    this.services = this.proxies.map((proxy, index) => this.#service(index, proxy));
  }

  get programs(): readonly Program[] {
    return [this.processor, ...this.services];
  }

  async start(): Promise<void> {
    await Promise.all(this.proxies.map((proxy) => proxy.open()));
    await Promise.all(this.programs.map((program) => program.start()));
  }

  books(): Books {
    return new Books(this.databasePath, this.ledgerPath);
  }

  /** Files in which no secret may be found. */
  get files(): readonly string[] {
    const stored = [this.databasePath, this.ledgerPath].flatMap((path) => [path, `${path}-wal`]);
    return [...stored, ...this.programs.map(({ logPath }) => logPath)];
  }

  async close(options: { readonly keepFolder?: boolean } = {}): Promise<void> {
    await Promise.all(this.programs.map((program) => program.close()));
    for (const proxy of this.proxies) proxy.close();
    if (options.keepFolder !== true) rmSync(this.folder, { recursive: true, force: true });
  }

  #service(index: number, proxy: FaultProxy): Program {
    const { programs, connectorTimeoutMs = 1000 } = this.#options;
    return new Program({
      name: `service-${index + 1}`,
      path: programs.service,
      folder: this.folder,
      portVariable: "PORT",
      // Read at each start: the proxy's port is known by then.
      environment: () => ({
        DATABASE_URL: `file:${this.databasePath}`,
        PAYOUT_SANDBOX_URL: proxy.url,
        PAYOUT_BOOTSTRAP_API_KEY: API_KEY,
        PAYOUT_LEASE_MS: String(this.leaseMs),
        PAYOUT_POLL_MS: String(this.pollMs),
        PAYOUT_CONNECTOR_TIMEOUT_MS: String(connectorTimeoutMs),
        LOG_LEVEL: "debug",
      }),
      readyAddress,
    });
  }
}

function readyAddress(line: string): string | undefined {
  if (!line.includes('"msg":"ready"')) return undefined;
  return (JSON.parse(line) as { readonly address: string }).address;
}
