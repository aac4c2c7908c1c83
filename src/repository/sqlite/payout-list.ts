import { and, eq, gt, inArray, min, type SQL, sql } from "drizzle-orm";
import { PAYOUT_STATUSES, type Payout, type PayoutStatus } from "../../domain/payout.ts";
import type { Page, PayoutFilter } from "../repository.ts";
import type { SqliteContext } from "./context.ts";
import { newestOf, type Standing, valuesOf, type Window, windowOf } from "./newest-of.ts";
import { bounds, newestFirst, within } from "./paging.ts";
import { jobFromRow, payoutFromRow } from "./payout-rows.ts";

/** What a payout is listed by beside its recipient: one range of an index for each combination. */
interface Traits {
  readonly status: PayoutStatus;
  readonly currency: string;
  readonly connector: string;
}

/** Whose payouts: a merchant's, or of one recipient of theirs. */
type Scope = { readonly merchantId: string; readonly recipientId?: string };

/**
 * Lists payouts by any filter, reading no more than a page of each combination of status, currency and
 * connector that the filter names and the merchant has: a few dozen for most, and for all the number of
 * its currencies times its connectors times thirteen at the worst.
 */
export function createPayoutList(
  context: SqliteContext,
): (filter: PayoutFilter, page: Page) => readonly Payout[] {
  const { orm, tables } = context;
  const { payouts, jobs } = tables;
  const { createTime, payoutId } = payouts;
  const standing = { createTime, id: payoutId };
  const ofMerchant = eq(payouts.merchantId, sql.placeholder("merchantId"));
  const ofRecipient = and(ofMerchant, eq(payouts.recipientId, sql.placeholder("recipientId")));

  const selectAll = orm
    .select(standing)
    .from(payouts)
    .where(and(ofMerchant, within(createTime, payoutId)))
    .orderBy(...newestFirst(createTime, payoutId))
    .limit(sql.placeholder("limit"))
    .prepare();
  const selectRows = orm
    .select({ payout: payouts, job: jobs })
    .from(payouts)
    .leftJoin(jobs, and(eq(jobs.kind, "payout"), eq(jobs.subjectId, payoutId)))
    .where(sql`${payoutId} in (select value from json_each(${sql.placeholder("ids")}))`)
    .orderBy(...newestFirst(createTime, payoutId))
    .prepare();

  const ofAll = rangesOf(ofMerchant);
  const ofOne = rangesOf(ofRecipient);

  function rangesOf(scope: SQL | undefined) {
    const ofStatus = and(scope, eq(payouts.status, sql.placeholder("status")));
    const ofCurrency = and(ofStatus, eq(payouts.currency, sql.placeholder("currency")));
    return {
      nextCurrency: orm
        .select({ value: min(payouts.currency) })
        .from(payouts)
        .where(and(ofStatus, gt(payouts.currency, sql.placeholder("above"))))
        .prepare(),
      nextConnector: orm
        .select({ value: min(payouts.connector) })
        .from(payouts)
        .where(and(ofCurrency, gt(payouts.connector, sql.placeholder("above"))))
        .prepare(),
      select: orm
        .select(standing)
        .from(payouts)
        .where(
          and(
            ofCurrency,
            eq(payouts.connector, sql.placeholder("connector")),
            within(createTime, payoutId),
          ),
        )
        .orderBy(...newestFirst(createTime, payoutId))
        .limit(sql.placeholder("limit"))
        .prepare(),
    };
  }

  /** The combinations that the filter names and that there are. */
  function* traitsOf(
    { status, currency, connector }: PayoutFilter,
    scope: Scope,
    { nextCurrency, nextConnector }: ReturnType<typeof rangesOf>,
  ): Iterable<Traits> {
    for (const each of status.length === 0 ? PAYOUT_STATUSES : new Set(status)) {
      const ofStatus = { ...scope, status: each };
      const currencies =
        currency === null
          ? valuesOf((above) => nextCurrency.get({ ...ofStatus, above })?.value ?? null)
          : [currency];
      for (const of of currencies) {
        const ofCurrency = { ...ofStatus, currency: of };
        const connectors =
          connector === null
            ? valuesOf((above) => nextConnector.get({ ...ofCurrency, above })?.value ?? null)
            : [connector];
        for (const by of connectors) yield { status: each, currency: of, connector: by };
      }
    }
  }

  /** One at most: the rest of the filter only tells whether it is the one. */
  function byReference(filter: PayoutFilter, reference: string, window: Window) {
    const { status, connector, recipientId, currency } = filter;
    return orm
      .select(standing)
      .from(payouts)
      .where(
        and(
          eq(payouts.merchantId, filter.merchantId),
          eq(payouts.merchantPayoutId, reference),
          status.length === 0 ? undefined : inArray(payouts.status, [...status]),
          connector === null ? undefined : eq(payouts.connector, connector),
          recipientId === null ? undefined : eq(payouts.recipientId, recipientId),
          currency === null ? undefined : eq(payouts.currency, currency),
          within(createTime, payoutId),
        ),
      )
      .prepare()
      .all(bounds(window));
  }

  function standings(filter: PayoutFilter, window: Window): readonly Standing[] {
    const { merchantId, recipientId, status, currency, connector } = filter;
    const isOfAll = status.length === 0 && currency === null && connector === null;
    if (isOfAll && recipientId === null) {
      return selectAll.all({ merchantId, ...bounds(window) });
    }
    const scope = recipientId === null ? { merchantId } : { merchantId, recipientId };
    const ranges = recipientId === null ? ofAll : ofOne;
    return newestOf(traitsOf(filter, scope, ranges), window, (traits, part) =>
      ranges.select.all({ ...scope, ...traits, ...bounds(part) }),
    );
  }

  return (filter, page) => {
    const window = windowOf(page, filter.createTimeFrom, filter.createTimeTo);
    const found =
      filter.merchantPayoutId === null
        ? standings(filter, window)
        : byReference(filter, filter.merchantPayoutId, window);
    return selectRows
      .all({ ids: JSON.stringify(found.map(({ id }) => id)) })
      .map(({ payout, job }) => payoutFromRow(payout, job === null ? null : jobFromRow(job)));
  };
}
