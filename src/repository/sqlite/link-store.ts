import { and, eq, sql } from "drizzle-orm";
import { ServiceError } from "../../domain/errors.ts";
import { claimableState } from "../../domain/link.ts";
import type { Person } from "../../domain/person.ts";
import type { LinkStore } from "../repository.ts";
import type { AppendAudit } from "./audit-log.ts";
import type { SqliteContext } from "./context.ts";
import type { IdempotencyTable } from "./idempotency-table.ts";
import { createLinkList } from "./link-list.ts";
import { hintBinding, urlBinding } from "./link-table.ts";
import { linkFromRow } from "./payout-rows.ts";
import { placeholders } from "./statements.ts";

interface Parts {
  readonly idempotency: IdempotencyTable;
  readonly appendAudit: AppendAudit;
}

export function createLinkStore(context: SqliteContext, parts: Parts): LinkStore {
  const { orm, tables } = context;
  const { links, merchants, merchantLogos } = tables;
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
    .select({
      link: links,
      name: merchants.name,
      accentColor: merchants.accentColor,
      logoTime: merchantLogos.fetchTime,
    })
    .from(links)
    .innerJoin(merchants, eq(merchants.merchantId, links.merchantId))
    .leftJoin(merchantLogos, eq(merchantLogos.merchantId, links.merchantId))
    .where(eq(links.tokenHash, sql.placeholder("tokenHash")))
    .prepare();
  const renew = orm
    .update(links)
    .set({
      ...placeholders<typeof links>(["tokenHash", "tokenVersion", "updateTime"]),
      wrongClaimCodes: 0,
      claimSecretHash: null,
    })
    .where(eq(links.linkId, sql.placeholder("linkId")))
    .returning()
    .prepare();
  const listLinks = createLinkList(context);

  return {
    find: (merchantId, linkId) =>
      context.read(() => {
        const row = select.get({ merchantId, linkId });
        return row === undefined ? null : linkFromRow(row);
      }),

    url: ({ merchantId, linkId }) =>
      context.read(() => {
        const secret = select.get({ merchantId, linkId })?.urlSecret;
        return secret ? context.open<string>(secret, urlBinding(merchantId, linkId)) : null;
      }),

    findByTokenHash: (tokenHash) =>
      context.read(() => {
        const found = selectByToken.get({ tokenHash });
        if (found === undefined) return null;
        const { link, ...merchant } = found;
        return {
          link: linkFromRow(link),
          merchant,
          claimSecretHash: link.claimSecretHash,
          hint:
            link.hintSecret === null
              ? null
              : context.open<Person>(link.hintSecret, hintBinding(link.merchantId, link.linkId)),
        };
      }),

    resend: ({ merchantId, linkId }, { claim, signal, audit }, tokenHash) =>
      context.write(() => {
        const made = parts.idempotency.once(merchantId, claim, linkId, () => {
          const row = select.get({ merchantId, linkId });
          if (row === undefined) throw new ServiceError("LINK_NOT_FOUND");
          const before = linkFromRow(row);
          const state = claimableState(before, context.now());
          if (state !== "ACTIVE" && state !== "LOCKED") {
            throw new ServiceError("LINK_STATE_CONFLICT", { metadata: { state } });
          }
          const after = { ...before, tokenVersion: before.tokenVersion + 1 };
          const updateTime = Math.max(context.now(), before.updateTime);
          const renewed = renew.get({ ...after, tokenHash: tokenHash(after), updateTime });
          if (renewed === undefined) throw new Error("a link vanished under its unit");
          if (audit !== undefined) parts.appendAudit({ merchantId, subjectId: linkId }, audit);
          return linkFromRow(renewed);
        });
        return "kind" in made ? made : { kind: "stored" as const, link: made };
      }, signal),

    list: (filter, page) => context.read(() => listLinks(filter, page)),
  };
}
