import type { PayoutStatus } from "../../../src/domain/payout.ts";
import type { Page, PayoutFilter } from "../../../src/repository/repository.ts";
import { quantile } from "../statistics.ts";
import { OLD_CURRENCY, OTHER_CONNECTOR } from "./mix.ts";
import { anyOf } from "./questions.ts";
import { timed } from "./readings.ts";
import { openFilled, type Subject, subjectOf } from "./subject.ts";

/** What all combinations of filters took (milliseconds; of each the least of three tries). */
export interface Combinations {
  readonly count: number;
  readonly median: number;
  readonly p99: number;
  readonly worst: number;
  /** The filter that took longest. */
  readonly worstFilter: string;
}

const DAY = 24 * 60 * 60 * 1000;
const TRIES = 3;

/** Each filter as callers give it: not at all, common, only of long ago, and nothing has it. */
const STATUSES: readonly (readonly PayoutStatus[])[] = [
  [],
  ["SUCCESS"],
  ["CANCELLED"],
  ["INELIGIBLE"],
  ["REVERSED", "CANCELLED"],
  ["SUCCESS", "FAILED", "PENDING", "CANCELLED", "REQUIRES_CONFIRMATION"],
];
const CONNECTORS = [null, "sandbox", OTHER_CONNECTOR, "nobody"];
const CURRENCIES = [null, "USD", OLD_CURRENCY, "JPY"];

function spans({ from, to }: Subject): readonly Partial<PayoutFilter>[] {
  return [
    {},
    { createTimeFrom: from, createTimeTo: from + 3 * DAY },
    { createTimeTo: from + DAY },
    { createTimeFrom: to - DAY },
    { createTimeFrom: to + DAY },
  ];
}

/** Asks the biggest merchant's payouts by every combination of filters, on the first page and deep. */
export async function combinations(folder: string): Promise<Combinations> {
  const repository = openFilled(folder);
  try {
    const subject = subjectOf(folder);
    const { merchantId, from, to, recipients } = subject;
    const pages: readonly Page[] = [
      { limit: 101, after: null },
      { limit: 101, after: { createTime: Math.floor(from + (to - from) / 10), id: "po_z" } },
    ];
    const times: number[] = [];
    let worst = { ms: 0, filter: "" };
    for (const filter of filters(subject, [null, recipients.biggest, recipients.small])) {
      for (const page of pages) {
        const tries: number[] = [];
        while (tries.length < TRIES) {
          tries.push(await timed(() => repository.payouts.list(anyOf(merchantId, filter), page)));
        }
        const ms = Math.min(...tries);
        times.push(ms);
        if (ms > worst.ms)
          worst = { ms, filter: JSON.stringify({ ...filter, deep: page.after !== null }) };
      }
    }
    return {
      count: times.length,
      median: quantile(times, 0.5),
      p99: quantile(times, 0.99),
      worst: worst.ms,
      worstFilter: worst.filter,
    };
  } finally {
    await repository.close();
  }
}

function* filters(
  subject: Subject,
  recipientIds: readonly (string | null)[],
): Iterable<Partial<PayoutFilter>> {
  for (const status of STATUSES) {
    for (const connector of CONNECTORS) {
      for (const currency of CURRENCIES) {
        for (const recipientId of recipientIds) {
          for (const span of spans(subject)) {
            yield { status, connector, currency, recipientId, ...span };
          }
        }
      }
    }
  }
}
