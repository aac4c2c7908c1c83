import { and, eq, sql } from "drizzle-orm";
import type { Person } from "../../domain/person.ts";
import type { ConnectorRecipient, Recipient, RecipientStatus } from "../../domain/recipient.ts";
import type { NewRecipient, RecipientData, RecipientRef } from "../repository.ts";
import type { Tables } from "../schema/tables.ts";
import { bindingAt, SECRET_PLACES } from "../secret-place.ts";
import type { SqliteContext } from "./context.ts";
import type { AppendEvent } from "./event-log.ts";
import type { RegistrationTable } from "./registration-table.ts";
import { placeholders, prepareInsert } from "./statements.ts";

export type RecipientRow = Tables["recipients"]["$inferSelect"];

/** Recipients, read and written inside a unit. */
export interface RecipientTable {
  load(ref: RecipientRef): Recipient | null;
  fromRow(row: RecipientRow): Recipient;
  person(ref: RecipientRef): Person | null;
  insert(input: NewRecipient): Recipient;
  /** Writes a recipient's new state; a change of status writes one event. */
  save(before: Recipient, after: RecipientData): Recipient;
  remove(ref: RecipientRef): void;
}

function personBinding({ merchantId, recipientId }: RecipientRef) {
  return bindingAt(SECRET_PLACES.person, recipientId, merchantId);
}

export function createRecipientTable(
  context: SqliteContext,
  registrations: RegistrationTable,
  appendEvent: AppendEvent,
): RecipientTable {
  const { orm, tables } = context;
  const { recipients } = tables;
  const here = and(
    eq(recipients.recipientId, sql.placeholder("recipientId")),
    eq(recipients.merchantId, sql.placeholder("merchantId")),
  );
  const select = orm.select().from(recipients).where(here).prepare();
  const remove = orm.delete(recipients).where(here).prepare();
  const insert = prepareInsert(context, recipients);
  const update = orm
    .update(recipients)
    .set({
      ...placeholders<typeof recipients>([
        "status",
        "person",
        "personSecret",
        "requirements",
        "defaultDisburseAccountId",
        "metadata",
        "updateTime",
      ]),
      eventSequence: sql`${recipients.eventSequence} + ${sql.placeholder("events")}`,
      version: sql`${recipients.version} + 1`,
    })
    .where(and(here, eq(recipients.version, sql.placeholder("versionBefore"))))
    .returning({ eventSequence: recipients.eventSequence })
    .prepare();

  function append(recipient: Recipient, sequence: number, previousStatus: string): void {
    appendEvent({
      merchantId: recipient.merchantId,
      type: `recipient.${recipient.status.toLowerCase()}`,
      objectId: recipient.recipientId,
      sequence,
      previousStatus,
      resource: { kind: "recipient", recipient },
      livemode: recipient.livemode,
    });
  }

  function fromRow(row: RecipientRow): Recipient {
    const { personSecret: _, eventSequence: __, ...columns } = row;
    const connectorRecipients = registrations.of(row.recipientId).map(
      ({ connector, connectorId, status }): ConnectorRecipient => ({
        connector,
        connectorRecipientId: connectorId,
        status: status as RecipientStatus,
      }),
    );
    return { ...columns, connectorRecipients };
  }

  return {
    fromRow,
    load: (ref) => {
      const row = select.get({ ...ref });
      return row === undefined ? null : fromRow(row);
    },
    person: (ref) => {
      const row = select.get({ ...ref });
      return row === undefined ? null : context.open<Person>(row.personSecret, personBinding(ref));
    },
    insert: ({ recipient, person }) => {
      const { connectorRecipients: _, ...columns } = recipient;
      const personSecret = context.seal(person, personBinding(recipient));
      insert({ ...columns, personSecret, eventSequence: 1 });
      append(recipient, 1, "");
      return recipient;
    },
    save: (before, { recipient, person }) => {
      const { merchantId, recipientId } = before;
      const changesStatus = recipient.status !== before.status;
      const updateTime = Math.max(context.now(), before.updateTime);
      const row = update.get({
        ...recipient,
        merchantId,
        recipientId,
        personSecret: context.seal(person, personBinding(before)),
        updateTime,
        events: changesStatus ? 1 : 0,
        versionBefore: before.version,
      });
      if (row === undefined) throw new Error("a recipient changed under the unit that changes it");
      const stored = { ...recipient, updateTime, version: before.version + 1 };
      if (changesStatus) append(stored, row.eventSequence, before.status);
      return stored;
    },
    remove: (ref) => {
      remove.run({ ...ref });
    },
  };
}
