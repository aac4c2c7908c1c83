import {
  and,
  asc,
  count,
  eq,
  inArray,
  isNotNull,
  lte,
  min,
  notInArray,
  sql,
  sum,
} from "drizzle-orm";
import { ServiceError } from "../../domain/errors.ts";
import type { InboxAddress, InboxEntry, InboxRoom, InboxState } from "../inbox.ts";
import type { InboxStore } from "../repository.ts";
import { bindingAt, SECRET_PLACES } from "../secret-place.ts";
import type { SqliteContext } from "./context.ts";
import { prepareInsert } from "./statements.ts";

type Row = SqliteContext["tables"]["inbox"]["$inferSelect"];

const TOKEN_BYTES = 16;
/** What gives way when an account has no room left: entries that wait for what may never come. */
const YIELDING: readonly InboxState[] = ["WAITING", "REVIEW"];
const SETTLED: readonly InboxState[] = ["APPLIED", "IGNORED"];

export function createInboxStore(context: SqliteContext): InboxStore {
  const { orm, tables } = context;
  const { inbox } = tables;
  const ofAccount = eq(inbox.connectorAccountId, sql.placeholder("connectorAccountId"));
  const here = eq(inbox.inboxId, sql.placeholder("inboxId"));
  const selectEvent = orm
    .select({ inboxId: inbox.inboxId })
    .from(inbox)
    .where(and(ofAccount, eq(inbox.eventId, sql.placeholder("eventId"))))
    .prepare();
  const selectUse = orm
    .select({ entries: count(), bytes: sum(inbox.bytes).mapWith(Number) })
    .from(inbox)
    .where(and(ofAccount, isNotNull(inbox.contentSecret)))
    .prepare();
  const selectOldest = orm
    .select({ inboxId: inbox.inboxId, bytes: inbox.bytes })
    .from(inbox)
    .where(
      and(ofAccount, eq(inbox.state, sql.placeholder("state")), isNotNull(inbox.contentSecret)),
    )
    .orderBy(asc(inbox.inboxId))
    .limit(1)
    .prepare();
  const select = orm
    .select()
    .from(inbox)
    .where(and(here, eq(inbox.merchantId, sql.placeholder("merchantId"))))
    .prepare();
  const nextTime = orm
    .select({ at: min(inbox.nextTime) })
    .from(inbox)
    .where(isNotNull(inbox.nextTime))
    .prepare();
  const insert = prepareInsert(context, inbox);
  const settle = orm
    .update(inbox)
    .set({
      state: sql`${sql.placeholder("state")}`,
      nextTime: null,
      leaseToken: null,
      contentSecret: null,
      bytes: 0,
    })
    .where(here)
    .prepare();
  const keep = orm
    .update(inbox)
    .set({
      state: sql`${sql.placeholder("state")}`,
      nextTime: sql`${sql.placeholder("nextTime")}`,
      tries: sql`${inbox.tries} + 1`,
      leaseToken: null,
    })
    .where(here)
    .prepare();
  const lease = orm
    .update(inbox)
    .set({
      leaseToken: sql`${sql.placeholder("token")}`,
      nextTime: sql`${sql.placeholder("until")}`,
    })
    .where(here)
    .prepare();
  const selectLease = orm.select({ token: inbox.leaseToken }).from(inbox).where(here).prepare();

  const binding = ({ inboxId, merchantId }: Pick<Row, "inboxId" | "merchantId">) =>
    bindingAt(SECRET_PLACES.inbox, inboxId, merchantId);

  /** Makes room for so many bytes. @throws ServiceError OVERLOADED */
  function makeRoom({ connectorAccountId }: InboxAddress, room: InboxRoom, needed: number): void {
    const use = selectUse.get({ connectorAccountId });
    let entries = use?.entries ?? 0;
    let bytes = use?.bytes ?? 0;
    while (entries + 1 > room.entries || bytes + needed > room.bytes) {
      const oldest = YIELDING.map((state) => selectOldest.get({ connectorAccountId, state })).find(
        (found) => found !== undefined,
      );
      if (oldest === undefined) throw new ServiceError("OVERLOADED", { retryAfterMs: 1000 });
      settle.run({ inboxId: oldest.inboxId, state: "IGNORED" });
      entries -= 1;
      bytes -= oldest.bytes;
    }
  }

  return {
    add: (address, entries, room) =>
      context.write(() => {
        const added: string[] = [];
        for (const { eventId, state, content } of entries) {
          const { connectorAccountId, merchantId } = address;
          if (selectEvent.get({ connectorAccountId, eventId }) !== undefined) continue;
          const inboxId = context.newId("inboxEntry");
          const contentSecret =
            content === null ? null : context.seal(content, binding({ inboxId, merchantId }));
          const bytes = contentSecret?.length ?? 0;
          if (bytes > 0) makeRoom(address, room, bytes);
          const now = context.now();
          insert({
            ...address,
            inboxId,
            eventId,
            state,
            contentSecret,
            bytes,
            tries: 0,
            nextTime: state === "NEW" ? now : null,
            leaseToken: null,
            receiveTime: now,
          });
          added.push(inboxId);
        }
        return added;
      }),

    find: (ref) =>
      context.read(() => {
        const row = select.get(ref);
        return row === undefined ? null : opened(row);
      }),

    claimDue: (limit, leaseMs, fullAccounts = []) =>
      context.write(() => {
        const now = context.now();
        const due = orm
          .select({
            inboxId: inbox.inboxId,
            merchantId: inbox.merchantId,
            connectorAccountId: inbox.connectorAccountId,
            connector: inbox.connector,
          })
          .from(inbox)
          .where(
            and(
              isNotNull(inbox.nextTime),
              lte(inbox.nextTime, now),
              fullAccounts.length === 0
                ? undefined
                : notInArray(inbox.connectorAccountId, [...fullAccounts]),
            ),
          )
          .orderBy(asc(inbox.nextTime))
          .limit(limit)
          .all();
        return due.map((entry) => {
          const token = Buffer.from(context.randomBytes(TOKEN_BYTES)).toString("hex");
          lease.run({ inboxId: entry.inboxId, token, until: now + leaseMs });
          return { ...entry, token };
        });
      }),

    finish: (inboxId, token, end) =>
      context.write(() => {
        if (selectLease.get({ inboxId })?.token !== token) return false;
        if (end.state === "APPLIED" || end.state === "IGNORED") {
          settle.run({ inboxId, state: end.state });
        } else {
          const at = end.state === "WAITING" ? end.nextTime : null;
          keep.run({ inboxId, state: end.state, nextTime: at });
        }
        return true;
      }),

    nextClaimableAt: () => context.read(() => nextTime.get()?.at ?? null),

    prune: ({ settledBefore, reviewBefore }, limit) =>
      context.write(() => {
        const remove = (states: readonly InboxState[], before: number, most: number) =>
          orm
            .delete(inbox)
            .where(and(inArray(inbox.state, [...states]), lte(inbox.receiveTime, before)))
            .limit(most)
            .run().changes;
        const settled = remove(SETTLED, settledBefore, limit);
        return settled + remove(["REVIEW"], reviewBefore, limit - settled);
      }),
  };

  function opened({ contentSecret, ...row }: Row): InboxEntry {
    return {
      inboxId: row.inboxId,
      merchantId: row.merchantId,
      connectorAccountId: row.connectorAccountId,
      connector: row.connector,
      eventId: row.eventId,
      state: row.state,
      tries: row.tries,
      receiveTime: row.receiveTime,
      content: contentSecret === null ? null : context.open(contentSecret, binding(row)),
    };
  }
}
