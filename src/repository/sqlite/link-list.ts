import { and, eq, sql } from "drizzle-orm";
import { LINK_STATES, type PayoutLink } from "../../domain/link.ts";
import type { LinkStore, Page } from "../repository.ts";
import type { SqliteContext } from "./context.ts";
import { newestOf, windowOf } from "./newest-of.ts";
import { bounds, newestFirst, within } from "./paging.ts";
import { linkFromRow } from "./payout-rows.ts";

type Filter = Parameters<LinkStore["list"]>[0];

/** Lists payout links, reading no more than a page of each state. */
export function createLinkList(
  context: SqliteContext,
): (filter: Filter, page: Page) => readonly PayoutLink[] {
  const { orm, tables } = context;
  const { links } = tables;
  const { createTime, linkId } = links;
  const ofMerchant = eq(links.merchantId, sql.placeholder("merchantId"));
  const ofState = and(ofMerchant, eq(links.state, sql.placeholder("state")));
  const select = orm
    .select({ createTime, id: linkId })
    .from(links)
    .where(and(ofState, within(createTime, linkId)))
    .orderBy(...newestFirst(createTime, linkId))
    .limit(sql.placeholder("limit"))
    .prepare();
  const selectOfPayout = orm
    .select({ createTime, id: linkId })
    .from(links)
    .where(
      and(ofState, eq(links.payoutId, sql.placeholder("payoutId")), within(createTime, linkId)),
    )
    .prepare();
  const selectRows = orm
    .select()
    .from(links)
    .where(sql`${linkId} in (select value from json_each(${sql.placeholder("ids")}))`)
    .orderBy(...newestFirst(createTime, linkId))
    .prepare();

  return ({ merchantId, state, payoutId }, page) => {
    const states = state.length === 0 ? LINK_STATES : new Set(state);
    const found = newestOf(states, windowOf(page), (each, window) => {
      const values = { merchantId, state: each, ...bounds(window) };
      return payoutId === null ? select.all(values) : selectOfPayout.all({ ...values, payoutId });
    });
    return selectRows.all({ ids: JSON.stringify(found.map(({ id }) => id)) }).map(linkFromRow);
  };
}
