import { randomUUID } from "node:crypto";
import Database from "better-sqlite3";
import { describe, expect, it, vi } from "vitest";
import type { PayoutFilter } from "../../../src/repository/repository.ts";
import { anyPayout, LEASE_MS, World } from "../fixtures.ts";
import { openSqlite, pathOf } from "./open.ts";

/**
 * No list walks past rows that it does not answer, however many there are. SQLite tells how it will read
 * a table; a range of an index names each of its columns up to the time or the id by which it is ordered.
 * So each statement that a list runs has to be read in one of these ways.
 */
const RANGES = [
  // payouts
  "payouts_by_create_time (merchant_id=? AND create_time>? AND (create_time,payout_id)<(?,?))",
  "payouts_by_traits (merchant_id=? AND status=? AND currency=? AND connector=? AND create_time>? AND (create_time,payout_id)<(?,?))",
  "payouts_by_recipient_traits (merchant_id=? AND recipient_id=? AND status=? AND currency=? AND connector=? AND create_time>? AND (create_time,payout_id)<(?,?))",
  // links and recipients
  "links_by_state (merchant_id=? AND state=? AND create_time>? AND (create_time,link_id)<(?,?))",
  "recipients_by_status (merchant_id=? AND status=? AND create_time>? AND (create_time,recipient_id)<(?,?))",
  // events; of one millisecond there are few, so the position may be looked at row by row
  "events_by_type (merchant_id=? AND type=? AND create_time>? AND create_time<?)",
  "events_by_position (merchant_id=? AND position<?)",
  // a recipient's accounts
  "disburse_accounts_by_create_time (merchant_id=? AND recipient_id=?)",
  "disburse_accounts_by_create_time (merchant_id=? AND recipient_id=? AND (create_time,disburse_account_id)<(?,?))",
  // due jobs
  "jobs_by_claimable_at (claimable_at<?)",
  "jobs_by_lane (merchant_id=? AND lane=? AND claimable_at<?)",
  // webhooks: lists, events that are made into deliveries, due ones, and what is too old
  "webhook_endpoints_by_merchant (merchant_id=?)",
  "webhook_deliveries_by_state (merchant_id=? AND endpoint_id=? AND state=? AND create_time>? AND (create_time,delivery_id)<(?,?))",
  "events USING INTEGER PRIMARY KEY (rowid>?)",
  "webhook_endpoints_due (due_at>? AND due_at<?)",
  "webhook_endpoints_due_failing (due_at>? AND due_at<?)",
  "webhook_deliveries_claimable (endpoint_id=? AND claimable_at>? AND claimable_at<?)",
  "webhook_deliveries_leased (endpoint_id=? AND lease_until>?)",
  "webhook_deliveries_pending (asked_time<?)",
  "webhook_deliveries_by_asked_time (asked_time<?)",
];
/** The least value above another: one look at an index. */
const NEXT_VALUES = [
  "payouts_by_traits (merchant_id=? AND status=? AND currency>?)",
  "payouts_by_traits (merchant_id=? AND status=? AND currency=? AND connector>?)",
  "payouts_by_recipient_traits (merchant_id=? AND recipient_id=? AND status=? AND currency>?)",
  "payouts_by_recipient_traits (merchant_id=? AND recipient_id=? AND status=? AND currency=? AND connector>?)",
  "events_by_type (merchant_id=? AND type>?)",
  "jobs_by_lane (merchant_id>?)",
  "jobs_by_lane (merchant_id=? AND lane>?)",
  "SEARCH events",
  "webhook_endpoints_due (due_at>?)",
  "webhook_endpoints_due_failing (due_at>?)",
];
/** One row, or the few of one object. */
const FEW = [
  "payouts_by_merchant_payout_id (merchant_id=? AND merchant_payout_id=?)",
  "recipients_by_merchant_recipient_id (merchant_id=? AND merchant_recipient_id=?)",
  "sqlite_autoindex_links_2 (payout_id=?)",
  "sqlite_autoindex_events_1 (event_id=?)",
  "sqlite_autoindex_events_2 (object_id=?)",
  "sqlite_autoindex_payouts_1 (payout_id=?)",
  "sqlite_autoindex_links_1 (link_id=?)",
  "sqlite_autoindex_recipients_1 (recipient_id=?)",
  "registrations USING PRIMARY KEY (subject_id=?)",
  "jobs USING PRIMARY KEY (kind=? AND subject_id=?)",
  "events USING INTEGER PRIMARY KEY (rowid=?)",
  "sqlite_autoindex_events_2 (object_id=? AND sequence=?)",
  "sqlite_autoindex_webhook_endpoints_1 (endpoint_id=?)",
  "sqlite_autoindex_webhook_deliveries_1 (delivery_id=?)",
  "sqlite_autoindex_webhook_attempts_1 (delivery_id=?)",
  "webhook_endpoints_removed (delete_time>?)",
  "SCAN webhook_cursor",
];

/** A statement that was run, and how SQLite reads for it. */
interface Plan {
  readonly source: string;
  readonly details: readonly string[];
}

/** The plans of the statements that run between `begin` and the end of `run`. */
async function plansOf(
  run: (world: World, begin: () => void) => Promise<void>,
): Promise<readonly Plan[]> {
  const ran = new Set<string>();
  let isOn = false;
  const { prepare } = Database.prototype;
  const spy = vi.spyOn(Database.prototype, "prepare").mockImplementation(function (
    this: Database.Database,
    source: string,
  ) {
    const statement = prepare.call(this, source);
    const record = <A extends unknown[], T>(run: (...values: A) => T) => {
      return (...values: A): T => {
        if (isOn) ran.add(source);
        return run(...values);
      };
    };
    Object.assign(statement, {
      all: record(statement.all.bind(statement)),
      get: record(statement.get.bind(statement)),
    });
    return statement;
  });
  let database = "";
  try {
    const world = await World.open((options) => {
      database = options.database;
      return openSqlite(options);
    });
    await run(world, () => {
      isOn = true;
    });
    const client = new Database(pathOf(database), { readonly: true });
    const plans = [...ran].map((source) => {
      const marks = Array.from(source.matchAll(/\?/g), () => 1);
      const rows = prepare.call(client, `EXPLAIN QUERY PLAN ${source}`).all(marks);
      return { source, details: rows.map((row) => (row as { readonly detail: string }).detail) };
    });
    client.close();
    return plans;
  } finally {
    spy.mockRestore();
  }
}

/** The ways in which tables of ours are read. */
function waysOf({ details }: Plan): string[] {
  return details
    .filter((detail) => /^(SEARCH|SCAN) /.test(detail) && !detail.includes("VIRTUAL TABLE"))
    .map((detail) => detail.replace(" LEFT-JOIN", ""));
}

const page = { limit: 101, after: null };

describe("what lists and claims read", () => {
  it("is ranges of indexes, for every filter", async () => {
    const plans = await plansOf(async (world, begin) => {
      const { merchantId, repository } = world;
      const { payout } = await world.create();
      const { recipientId } = await world.createRecipient();
      // More due jobs of one lane than a claim looks at one by one.
      await Promise.all(Array.from({ length: 300 }, () => world.create({ recipientId })));
      const endpoint = await world.createEndpoint();
      await world.create({ connector: "other" });
      const second = { limit: 101, after: { createTime: payout.createTime, id: payout.payoutId } };
      const [event] = await world.eventsOf(payout.payoutId);
      begin();
      const traits: readonly Partial<PayoutFilter>[] = [
        {},
        { recipientId },
        { merchantPayoutId: randomUUID() },
        { status: ["SUCCESS", "FAILED"] },
        { currency: "EUR" },
        { connector: "double", createTimeFrom: 1, createTimeTo: 2 },
        { recipientId, currency: "EUR", createTimeFrom: 1 },
        { recipientId, status: ["FAILED"], connector: "double", createTimeTo: 1 },
        { merchantPayoutId: randomUUID(), status: ["FAILED"], currency: "EUR", recipientId },
      ];
      for (const filter of traits) {
        for (const at of [page, second]) {
          await repository.payouts.list(anyPayout(merchantId, filter), at);
        }
      }
      for (const at of [page, { limit: 101, after: { createTime: 1, id: event?.eventId ?? "" } }]) {
        for (const changes of [
          {},
          { type: ["payout.created", "payout.failed"] },
          { createTimeFrom: 1, createTimeTo: 2 },
          { objectId: payout.payoutId },
          { objectId: payout.payoutId, type: ["payout.created"], createTimeFrom: 1 },
        ]) {
          const any = { merchantId, type: [], objectId: null, createTimeFrom: null };
          await repository.events.list({ ...any, createTimeTo: null, ...changes }, at);
        }
      }
      for (const of of [null, payout.payoutId]) {
        await repository.links.list({ merchantId, state: [], payoutId: of }, page);
      }
      for (const merchantRecipientId of [null, "seller"]) {
        await repository.recipients.list({ merchantId, status: [], merchantRecipientId }, page);
      }
      for (const at of [page, second]) {
        await repository.accounts.list({ merchantId, recipientId }, at);
      }
      await repository.jobs.claimDue(5, LEASE_MS, [`${merchantId}/double`]);
      await world.createEndpoint();
      await world.ping(endpoint);
      await repository.webhookEndpoints.list({ merchantId }, page);
      await repository.webhookOutbox.makeDeliveries(500);
      await repository.webhookOutbox.nextDueAt();
      await repository.webhookOutbox.claimDue({ healthy: 5, failing: 5, leaseMs: LEASE_MS });
      const any = { merchantId, endpointId: endpoint.endpointId, eventId: null };
      const span = { createTimeFrom: null, createTimeTo: null, state: [] };
      await repository.webhookDeliveries.list({ ...any, ...span }, page);
      await repository.webhookOutbox.sweep({ pending: 1, kept: 1 }, 5);
    });
    const known = [...RANGES, ...NEXT_VALUES, ...FEW];
    const unknown = plans.flatMap((plan) =>
      waysOf(plan)
        .filter((way) => !known.some((each) => way.endsWith(each)))
        .map((way) => ({ source: plan.source, way })),
    );
    expect(unknown).toEqual([]);
    const ways = plans.flatMap(waysOf);
    expect(known.filter((each) => !ways.some((way) => way.endsWith(each)))).toEqual([]);
    // Nothing is sorted but the page that was found, and a recipient's registrations.
    const sorted = plans.filter(({ details }) => details.some((line) => line.includes("ORDER BY")));
    expect(sorted.filter(({ source }) => !/json_each|from "registrations"/.test(source))).toEqual(
      [],
    );
  });
});
