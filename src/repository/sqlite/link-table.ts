import { and, eq, gt, isNull, lt, sql } from "drizzle-orm";
import type { PayoutLink } from "../../domain/link.ts";
import { limits } from "../../limits.ts";
import type { NewLink } from "../repository.ts";
import { bindingAt, SECRET_PLACES } from "../secret-place.ts";
import type { SqliteContext } from "./context.ts";
import type { AppendEvent } from "./event-log.ts";
import { linkFromRow } from "./payout-rows.ts";
import { placeholders, prepareInsert } from "./statements.ts";

/** Links, read and written inside the unit that changes their payout. */
export interface LinkTable {
  load(linkId: string): PayoutLink | null;
  insert(link: NewLink): void;
  /**
   * Claims the active, unexpired link of a token. The statement that claims is the one that checks:
   * of many tries at once exactly one gets the row. Null when there is no such link.
   */
  claim(tokenHash: string, claimSecretHash: string, now: number): PayoutLink | null;
  /** Counts a wrong claim code, however the unit's caller goes on. */
  countWrongCode(linkId: string): void;
  /** Writes what has changed of a link; a change of state with its event. */
  save(before: PayoutLink | null, after: PayoutLink): PayoutLink;
  /** Seals the address of a processor's own link; the first one stays. */
  keepUrl(link: PayoutLink, url: string): void;
}

/** Where the address of a processor's own link is sealed to. */
export function urlBinding(merchantId: string, linkId: string) {
  return bindingAt(SECRET_PLACES.linkUrl, linkId, merchantId);
}

/** Where the hint about the recipient is sealed to. */
export function hintBinding(merchantId: string, linkId: string) {
  return bindingAt(SECRET_PLACES.hint, linkId, merchantId);
}

export function createLinkTable(context: SqliteContext, appendEvent: AppendEvent): LinkTable {
  const { orm, tables } = context;
  const { links } = tables;
  const select = orm
    .select()
    .from(links)
    .where(eq(links.linkId, sql.placeholder("linkId")))
    .prepare();
  const insert = prepareInsert(context, links);
  const update = orm
    .update(links)
    .set({
      ...placeholders<typeof links>(["state", "expireTime", "claimTime", "updateTime"]),
      eventSequence: sql`${links.eventSequence} + ${sql.placeholder("events")}`,
    })
    .where(
      and(
        eq(links.linkId, sql.placeholder("linkId")),
        eq(links.state, sql.placeholder("stateBefore")),
      ),
    )
    .returning({ eventSequence: links.eventSequence })
    .prepare();

  const setUrl = orm
    .update(links)
    .set({ urlSecret: sql`${sql.placeholder("secret")}` })
    .where(and(eq(links.linkId, sql.placeholder("linkId")), isNull(links.urlSecret)))
    .prepare();

  const claim = orm
    .update(links)
    .set({
      state: "CLAIMED",
      claimSecretHash: sql`${sql.placeholder("claimSecretHash")}`,
      claimTime: sql`${sql.placeholder("now")}`,
      updateTime: sql`${sql.placeholder("now")}`,
      eventSequence: sql`${links.eventSequence} + 1`,
    })
    .where(
      and(
        eq(links.tokenHash, sql.placeholder("tokenHash")),
        eq(links.state, "ACTIVE"),
        gt(links.expireTime, sql.placeholder("now")),
        lt(links.wrongClaimCodes, limits.claimCodes.inAll),
      ),
    )
    .returning()
    .prepare();
  const countWrong = orm
    .update(links)
    .set({ wrongClaimCodes: sql`${links.wrongClaimCodes} + 1` })
    .where(eq(links.linkId, sql.placeholder("linkId")))
    .prepare();

  function append(link: PayoutLink, sequence: number, previousStatus: string): void {
    appendEvent({
      merchantId: link.merchantId,
      type: `payout_link.${link.state.toLowerCase()}`,
      objectId: link.linkId,
      sequence,
      previousStatus,
      resource: { kind: "payout_link", payoutLink: link },
      livemode: link.livemode,
    });
  }

  return {
    load: (linkId) => {
      const row = select.get({ linkId });
      return row === undefined ? null : linkFromRow(row);
    },
    insert: ({ link, tokenHash, claimCodeHash, hint }) => {
      const { requiresClaimCode: _, locked: __, ...columns } = link;
      insert({
        ...columns,
        tokenHash: tokenHash ?? `none ${link.linkId}`,
        claimCodeHash,
        wrongClaimCodes: 0,
        claimSecretHash: null,
        urlSecret: null,
        hintSecret:
          hint === null ? null : context.seal(hint, hintBinding(link.merchantId, link.linkId)),
        eventSequence: 1,
      });
      append(link, 1, "");
    },
    claim: (tokenHash, claimSecretHash, now) => {
      const row = claim.get({ tokenHash, claimSecretHash, now });
      if (row === undefined) return null;
      const link = linkFromRow(row);
      append(link, row.eventSequence, "ACTIVE");
      return link;
    },
    countWrongCode: (linkId) => {
      countWrong.run({ linkId });
    },
    save: (before, after) => {
      const updateTime = Math.max(context.now(), after.updateTime);
      const stored = { ...after, updateTime };
      const changesState = before?.state !== after.state;
      const row = update.get({
        linkId: after.linkId,
        stateBefore: before?.state ?? "",
        state: after.state,
        expireTime: after.expireTime,
        claimTime: after.claimTime,
        updateTime,
        events: changesState ? 1 : 0,
      });
      if (row === undefined) throw new Error("a link changed under the unit that changes it");
      if (changesState) append(stored, row.eventSequence, before?.state ?? "");
      return stored;
    },
    keepUrl: ({ merchantId, linkId }, url) => {
      setUrl.run({ linkId, secret: context.seal(url, urlBinding(merchantId, linkId)) });
    },
  };
}
