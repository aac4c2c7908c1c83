import { and, eq, sql } from "drizzle-orm";
import type { Person } from "../../domain/person.ts";
import type { LinkStore } from "../repository.ts";
import type { SqliteContext } from "./context.ts";
import { createLinkList } from "./link-list.ts";
import { hintBinding } from "./link-table.ts";
import { linkFromRow } from "./payout-rows.ts";

export function createLinkStore(context: SqliteContext): LinkStore {
  const { orm, tables } = context;
  const { links, merchants } = tables;
  const select = orm
    .select()
    .from(links)
    .where(
      and(
        eq(links.linkId, sql.placeholder("linkId")),
        eq(links.merchantId, sql.placeholder("merchantId")),
      ),
    )
    .prepare();
  const selectByToken = orm
    .select({ link: links, merchantName: merchants.name })
    .from(links)
    .innerJoin(merchants, eq(merchants.merchantId, links.merchantId))
    .where(eq(links.tokenHash, sql.placeholder("tokenHash")))
    .prepare();
  const listLinks = createLinkList(context);

  return {
    find: (merchantId, linkId) =>
      context.read(() => {
        const row = select.get({ merchantId, linkId });
        return row === undefined ? null : linkFromRow(row);
      }),

    findByTokenHash: (tokenHash) =>
      context.read(() => {
        const found = selectByToken.get({ tokenHash });
        if (found === undefined) return null;
        const { link, merchantName } = found;
        return {
          link: linkFromRow(link),
          merchantName,
          claimCodeHash: link.claimCodeHash,
          hint:
            link.hintSecret === null
              ? null
              : context.open<Person>(link.hintSecret, hintBinding(link.merchantId, link.linkId)),
        };
      }),

    list: (filter, page) => context.read(() => listLinks(filter, page)),
  };
}
