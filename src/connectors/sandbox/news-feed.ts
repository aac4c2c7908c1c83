import type { WireNewsPage } from "../../sandbox-processor/wire.ts";
import type { LookupResult, ProcessorNews } from "../connector.ts";
import { get, post } from "./call.ts";
import { toProcessorNews } from "./news.ts";
import { asObject, asWhole } from "./read-reply.ts";
import type { SandboxTransport } from "./transport.ts";

export interface NewsFeedOptions {
  readonly transport: SandboxTransport;
  /** Takes one news; a rejection brings it again in the next round. */
  readonly onNews: (news: ProcessorNews) => Promise<void>;
  readonly timers: {
    setTimeout(task: () => void, ms: number): unknown;
    clearTimeout(timer: unknown): void;
  };
  /** The pause between two rounds (milliseconds). */
  readonly pollMs: number;
  /** The limit of one request (milliseconds): without it a connection that hangs ends the news. */
  readonly timeoutMs: number;
}

/** Fetches the news of a processor in another process, which cannot call us before there are webhooks. */
export interface NewsFeed {
  /** One round: takes everything that is open. Returns how many were taken. */
  poll(): Promise<number>;
  start(): void;
  stop(): Promise<void>;
}

const PAGE = 100;

/** News is acknowledged after it has been taken, so a kill between the two brings it again. */
export function createNewsFeed(options: NewsFeedOptions): NewsFeed {
  const { transport, onNews, timers, pollMs, timeoutMs } = options;
  const ending = new AbortController();
  let timer: unknown;
  let current: Promise<number> | undefined;

  const limited = async <T>(request: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const late = new AbortController();
    const limit = timers.setTimeout(() => late.abort(), timeoutMs);
    try {
      return await request(AbortSignal.any([ending.signal, late.signal]));
    } finally {
      timers.clearTimeout(limit);
    }
  };

  const take = async (item: unknown): Promise<boolean> => {
    const news = toProcessorNews(item);
    // What cannot be read will never be: acknowledged, or it would come for ever.
    if (news === undefined) return true;
    return onNews(news).then(
      () => true,
      () => false,
    );
  };

  const round = async (): Promise<number> => {
    let taken = 0;
    let after: number | null = 0;
    while (after !== null && !ending.signal.aborted) {
      const path: string = `/news?after=${after}&limit=${PAGE}`;
      const page: LookupResult<Page> = await limited((signal) =>
        get(transport, path, signal, readPage),
      );
      if (page.kind !== "found") break;
      const seqs: number[] = [];
      for (const item of page.value.news) {
        const seq = asWhole(asObject(item)?.["seq"]);
        if (ending.signal.aborted) break;
        if ((await take(item)) && seq !== undefined) seqs.push(seq);
      }
      taken += seqs.length;
      if (seqs.length > 0) {
        const ack = { path: "/news/ack", key: "", body: { seqs } };
        await limited((signal) => post(transport, { ...ack, signal }, (fields) => fields));
      }
      after = page.value.next_after;
    }
    return taken;
  };

  const poll = (): Promise<number> => {
    current ??= round().finally(() => {
      current = undefined;
    });
    return current;
  };

  const run = (): void => {
    poll()
      .catch(() => 0)
      .then(() => {
        if (!ending.signal.aborted) timer = timers.setTimeout(run, pollMs);
      });
  };

  return {
    poll,
    start: run,
    stop: async () => {
      ending.abort();
      timers.clearTimeout(timer);
      await current?.catch(() => 0);
    },
  };
}

type Page = Pick<WireNewsPage, "next_after"> & { readonly news: readonly unknown[] };

function readPage(fields: Readonly<Record<string, unknown>>): Page | undefined {
  const { news, next_after: after } = fields;
  return Array.isArray(news) ? { news, next_after: asWhole(after) ?? null } : undefined;
}
