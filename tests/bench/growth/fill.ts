import { randomBytes, randomUUID } from "node:crypto";
import Database from "better-sqlite3";
import { type IdKind, newId } from "../../../src/domain/id.ts";
import { SeededRandom } from "../../simulation/random.ts";
import { DAY, MERCHANTS, Mix, OTHER_CONNECTOR, YEAR } from "./mix.ts";
import { type Copied, RowCopier } from "./row-copier.ts";
import type { Cell, Filling, Row } from "./row-image.ts";
import type { RecipientTemplate, Template } from "./templates.ts";

/** Payouts of one transaction of the fill. */
const BATCH = 5000;
const SEED = 20_261_122;

interface Recipient {
  readonly recipientId: string;
  readonly disburseAccountId: string;
}

interface Payouts {
  readonly copied: readonly Copied[];
  /** The slots that take a fresh id, or a fresh key, for each copy. */
  readonly fresh: readonly (readonly [slot: string, make: (now: number) => string])[];
}

/**
 * Fills the database of a stopped service: payouts over the last year, of twenty merchants of uneven
 * size, most of them long settled and some of the newest still open, half of them to recipients that
 * are known, of whom few are paid often and most seldom. Durability is off meanwhile.
 */
export function fill(
  databasePath: string,
  templates: {
    readonly payouts: readonly Template[];
    readonly recipients: readonly RecipientTemplate[];
  },
  count: number,
): void {
  const database = new Database(databasePath);
  for (const pragma of ["journal_mode = MEMORY", "synchronous = OFF"]) database.pragma(pragma);
  database.pragma("foreign_keys = OFF");
  database.pragma(`cache_size = -${4 * 1024 * 1024}`);
  new Fill(database, templates, count).run();
  database.pragma("journal_mode = WAL");
  database.close();
}

class Fill {
  readonly #database: Database.Database;
  readonly #copier: RowCopier;
  readonly #count: number;
  readonly #random = new SeededRandom(SEED);
  readonly #mix = new Mix(this.#random);
  readonly #now = Date.now();
  readonly #merchants: readonly string[];
  readonly #payouts = new Map<string, Payouts>();
  readonly #recipients: readonly {
    readonly template: RecipientTemplate;
    readonly copied: readonly Copied[];
  }[];
  readonly #known: Recipient[][];

  constructor(
    database: Database.Database,
    templates: {
      readonly payouts: readonly Template[];
      readonly recipients: readonly RecipientTemplate[];
    },
    count: number,
  ) {
    this.#database = database;
    this.#count = count;
    this.#copier = new RowCopier(database);
    this.#merchants = this.#addMerchants();
    this.#known = this.#merchants.map(() => []);
    this.#recipients = templates.recipients.map((template) => this.#readRecipient(template));
    for (const template of templates.payouts) {
      const name = payoutName(template.course, template.currency, template.recipientId !== null);
      this.#payouts.set(name, this.#readPayout(template, templates.recipients));
    }
  }

  run(): void {
    const recipients = Math.ceil(this.#count / 10);
    this.#batches(recipients, (index) => this.#addRecipient(index, recipients));
    this.#batches(this.#count, (index) => this.#addPayout(index));
  }

  #batches(count: number, add: (index: number) => void): void {
    for (let from = 0; from < count; from += BATCH) {
      this.#database.transaction(() => {
        for (let index = from; index < Math.min(count, from + BATCH); index += 1) add(index);
      })();
    }
  }

  /** The service's own merchant is the first and biggest. */
  #addMerchants(): readonly string[] {
    const rows = this.#database.prepare<[], Row>("SELECT * FROM merchants").all();
    const [own] = rows;
    if (own === undefined) throw new Error("the service has made no merchant");
    const ids = [String(own["merchant_id"])];
    const image = this.#copier.read("merchants", own, new Map(), 0);
    for (let index = 1; index < MERCHANTS; index += 1) {
      const merchantId = this.#id("merchant", this.#now - YEAR);
      this.#copier.write(image, {}, 0, { merchant_id: merchantId, name: `Merchant ${index}` });
      ids.push(merchantId);
    }
    return ids;
  }

  #readRecipient(template: RecipientTemplate) {
    const { recipientId, disburseAccountId } = template;
    const read = (table: string, column: string, id: string) =>
      this.#copier.rows(table, column, id).map((row) => ({ table, row }));
    const rows = [
      ...read("recipients", "recipient_id", recipientId),
      ...read("disburse_accounts", "disburse_account_id", disburseAccountId),
      ...read("events", "object_id", recipientId),
      ...read("events", "object_id", disburseAccountId),
      ...read("idempotency_records", "subject_id", recipientId),
      ...read("idempotency_records", "subject_id", disburseAccountId),
    ];
    const slots = new Map([
      [recipientId, "recipient"],
      [disburseAccountId, "account"],
    ]);
    return { template, copied: this.#read(rows, slots) };
  }

  #readPayout(template: Template, recipients: readonly RecipientTemplate[]): Payouts {
    const { payoutId, recipientId } = template;
    const rows: { readonly table: string; readonly row: Row }[] = [];
    const slots = new Map([[payoutId, "payout"]]);
    const fresh: [string, (now: number) => string][] = [
      ["payout", (now) => this.#id("payout", now)],
    ];
    const add = (table: string, column: string, id: string): readonly Row[] => {
      const found = this.#copier.rows(table, column, id);
      rows.push(...found.map((row) => ({ table, row })));
      return found;
    };
    const slot = (text: Cell | undefined, name: string, make: (now: number) => string) => {
      if (typeof text !== "string" || slots.has(text)) return;
      slots.set(text, name);
      fresh.push([name, make]);
    };
    const [payout] = add("payouts", "payout_id", payoutId);
    if (payout === undefined) throw new Error("a template is not there");
    slots.set(String(payout["merchant_payout_id"]), "reference");
    for (const [index, attempt] of add("attempts", "payout_id", payoutId).entries()) {
      const attemptId = String(attempt["attempt_id"]);
      slot(attemptId, `attempt${index}`, (now) => this.#id("attempt", now));
      for (const step of add("attempt_steps", "attempt_id", attemptId)) {
        slot(step["processor_key"], `key${index}.${step["ordinal"]}`, () => randomUUID());
      }
    }
    add("jobs", "subject_id", payoutId);
    for (const link of add("links", "payout_id", payoutId)) {
      const linkId = String(link["link_id"]);
      slot(linkId, "link", (now) => this.#id("link", now));
      slot(link["token_hash"], "token", () => randomBytes(32).toString("hex"));
      add("events", "object_id", linkId);
    }
    add("events", "object_id", payoutId);
    add("idempotency_records", "subject_id", payoutId);
    const recipient = recipients.find((each) => each.recipientId === recipientId);
    if (recipient !== undefined) {
      slots.set(recipient.recipientId, "recipient");
      slots.set(recipient.disburseAccountId, "account");
    }
    return { copied: this.#read(rows, slots), fresh };
  }

  #read(
    rows: readonly { readonly table: string; readonly row: Row }[],
    slots: ReadonlyMap<string, string>,
  ): readonly Copied[] {
    const createTime = Number(rows[0]?.row["create_time"]);
    const all = new Map([...slots, [this.#merchants[0] ?? "", "merchant"]]);
    return rows.map(({ table, row }) => {
      const ofRow = new Map(all);
      // Nobody refers to these, so each copy of the row takes a new one.
      if (table === "events") ofRow.set(String(row["event_id"]), "event");
      if (table === "idempotency_records") ofRow.set(String(row["idempotency_key"]), "key");
      return this.#copier.read(table, row, ofRow, createTime);
    });
  }

  #addRecipient(index: number, of: number): void {
    const createTime = Math.floor(this.#now - YEAR + (index / of) * (YEAR - DAY));
    const merchant = this.#mix.merchant();
    const currency = this.#mix.currency(index / of);
    const { copied } = this.#recipients.find((each) => each.template.currency === currency) ?? {};
    const recipientId = this.#id("recipient", createTime);
    const disburseAccountId = this.#id("disburseAccount", createTime);
    const filling = {
      merchant: this.#merchants[merchant] ?? "",
      recipient: recipientId,
      account: disburseAccountId,
    };
    for (const row of copied ?? []) {
      const changes =
        row.table === "recipients" ? { merchant_recipient_id: `seller-${index}` } : undefined;
      this.#write(row, filling, createTime, changes);
    }
    this.#known[merchant]?.push({ recipientId, disburseAccountId });
  }

  #addPayout(index: number): void {
    const age = index / this.#count;
    const createTime = Math.floor(this.#now - YEAR + age * (YEAR - 60 * 60 * 1000));
    const merchant = this.#mix.merchant();
    const course = this.#mix.course(age);
    const known = this.#known[merchant] ?? [];
    const recipient =
      course !== "linked" && known.length > 0 && this.#random.happens(0.5)
        ? known[Math.floor(known.length * this.#random.chance() ** 3)]
        : undefined;
    const template = this.#payouts.get(
      payoutName(course, this.#mix.currency(age), recipient !== undefined),
    );
    if (template === undefined) throw new Error("there is no such template");
    const filling: Record<string, string> = {
      merchant: this.#merchants[merchant] ?? "",
      reference: `order-${index}`,
      recipient: recipient?.recipientId ?? "",
      account: recipient?.disburseAccountId ?? "",
    };
    for (const [slot, make] of template.fresh) filling[slot] = make(createTime);
    const connector = this.#random.happens(0.15) ? OTHER_CONNECTOR : "sandbox";
    for (const row of template.copied) {
      this.#write(row, filling, createTime, this.#changes(row.table, connector));
    }
  }

  #changes(table: string, connector: string): Row | undefined {
    if (table === "payouts" || table === "attempts") return { connector };
    if (table !== "jobs") return undefined;
    // Nothing is due: what is measured is a service that has caught up.
    const runAt = this.#now + DAY + this.#random.below(30 * DAY);
    return { lane: connector, run_at: runAt, claimable_at: runAt };
  }

  #write(row: Copied, filling: Filling, createTime: number, changes: Row = {}): void {
    const { table } = row;
    if (table === "events") {
      const event = this.#id("event", createTime);
      this.#copier.write(row, { ...filling, event }, createTime, { position: null, ...changes });
    } else if (table === "idempotency_records") {
      this.#copier.write(row, { ...filling, key: randomUUID() }, createTime, changes);
    } else {
      this.#copier.write(row, filling, createTime, changes);
    }
  }

  readonly #pool = { bytes: Buffer.alloc(0), used: 0 };

  #id(kind: IdKind, now: number): string {
    return newId(kind, now, (size) => {
      const pool = this.#pool;
      if (pool.used + size > pool.bytes.length) {
        pool.bytes = randomBytes(64 * 1024);
        pool.used = 0;
      }
      pool.used += size;
      return pool.bytes.subarray(pool.used - size, pool.used);
    });
  }
}

function payoutName(course: string, currency: string, isKnown: boolean): string {
  return `${course}/${currency}/${isKnown ? "known" : "own"}`;
}
