import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Clock } from "./clock.ts";
import type { Connector, ProcessorNews } from "./connectors/connector.ts";
import { createSandboxConnector } from "./connectors/sandbox/connector.ts";
import { createHttpTransport } from "./connectors/sandbox/http-transport.ts";
import { createInProcessTransport } from "./connectors/sandbox/in-process-transport.ts";
import { toProcessorNews } from "./connectors/sandbox/news.ts";
import { createNewsFeed } from "./connectors/sandbox/news-feed.ts";
import { createSandboxSteering } from "./connectors/sandbox/steering.ts";
import { openLedger } from "./sandbox-processor/ledger.ts";
import { createSandboxProcessor } from "./sandbox-processor/processor.ts";
import type { SandboxSteering } from "./service/sandbox.ts";
import type { Logger } from "./telemetry/logger.ts";

export interface SandboxOptions {
  /** Where the ledger is, when the processor runs in process. */
  readonly folder: string;
  /** Where the processor is, when it is a process of its own. */
  readonly url: string | null;
  readonly settleMs: number;
  readonly pollMs: number;
  /** The limit of one request for news (milliseconds). */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly takeNews: (news: ProcessorNews) => Promise<unknown>;
}

export interface Sandbox {
  readonly connector: Connector;
  readonly steering: SandboxSteering;
  start(): void;
  stop(): Promise<void>;
}

/**
 * The sandbox processor with its connector: in this process, on its own ledger file, or over HTTP.
 * Its news goes the way of every processor's news.
 */
export function openSandbox(options: SandboxOptions): Sandbox {
  return options.url === null ? inProcess(options) : overHttp(options, options.url);
}

function inProcess({ folder, settleMs, clock, log, takeNews }: SandboxOptions): Sandbox {
  const ledger = openLedger(join(folder, "sandbox.db"));
  const processor = createSandboxProcessor({
    ledger,
    now: clock.now,
    randomId: randomUUID,
    timers: timersOf(clock),
    settleMs,
    deliver: async (news) => {
      const translated = toProcessorNews(news);
      if (translated !== undefined) await takeNews(translated);
    },
    onError: (error) => log.warn({ err: error }, "sandbox news was not taken and comes again"),
  });
  const transport = createInProcessTransport(processor);
  return {
    connector: createSandboxConnector({ transport }),
    steering: createSandboxSteering(transport),
    start: () => processor.start(),
    stop: async () => {
      await processor.stop();
      ledger.close();
    },
  };
}

function overHttp({ pollMs, timeoutMs, clock, takeNews }: SandboxOptions, url: string): Sandbox {
  const transport = createHttpTransport(url);
  const feed = createNewsFeed({
    transport,
    onNews: async (news) => {
      await takeNews(news);
    },
    timers: timersOf(clock),
    pollMs,
    timeoutMs,
  });
  return {
    connector: createSandboxConnector({ transport }),
    steering: createSandboxSteering(transport),
    start: () => feed.start(),
    stop: async () => {
      await feed.stop();
      await transport.close();
    },
  };
}

function timersOf(clock: Clock) {
  return {
    setTimeout: (task: () => void, ms: number) => clock.after(ms, task),
    clearTimeout: (cancel: unknown) => (cancel as (() => void) | undefined)?.(),
  };
}
