import { and, eq, sql } from "drizzle-orm";
import { ServiceError } from "../../domain/errors.ts";
import { encodeSnapshot } from "../../domain/snapshot.ts";
import type { RecipientStore } from "../repository.ts";
import type { SqliteContext } from "./context.ts";
import type { IdempotencyTable } from "./idempotency-table.ts";
import { createRecipientList } from "./recipient-list.ts";
import type { RecipientTable } from "./recipient-table.ts";
import type { RegistrationTable } from "./registration-table.ts";

interface Parts {
  readonly recipients: RecipientTable;
  readonly registrations: RegistrationTable;
  readonly idempotency: IdempotencyTable;
}

export function createRecipientStore(context: SqliteContext, parts: Parts): RecipientStore {
  const { orm, tables } = context;
  const { recipients } = tables;
  const { recipients: table, registrations, idempotency } = parts;
  const selectIdByReference = orm
    .select({ recipientId: recipients.recipientId })
    .from(recipients)
    .where(
      and(
        eq(recipients.merchantId, sql.placeholder("merchantId")),
        eq(recipients.merchantRecipientId, sql.placeholder("merchantRecipientId")),
      ),
    )
    .prepare();
  const listRecipients = createRecipientList(context);

  return {
    create: ({ recipient, person, registration, claim, signal }) =>
      context.write(() => {
        const { merchantId, recipientId, merchantRecipientId } = recipient;
        if (claim !== null) {
          const replay = idempotency.find(merchantId, claim);
          if (replay !== null) return replay;
        }
        if (merchantRecipientId !== null) {
          const taken = selectIdByReference.get({ merchantId, merchantRecipientId });
          if (taken !== undefined) {
            return { kind: "duplicate" as const, recipientId: taken.recipientId };
          }
        }
        const stored = table.insert({ recipient, person });
        if (registration !== null) registrations.insert(registration);
        if (claim !== null) {
          // Without a registration the call is answered by what was stored right here.
          const answer = registration === null ? encodeSnapshot(stored) : null;
          idempotency.insert(merchantId, claim, recipientId, answer);
        }
        return { kind: "stored" as const, recipient: stored };
      }, signal),

    update: (ref, { claim, signal }, decide) =>
      context.write(() => {
        if (claim !== null) {
          const replay = idempotency.find(ref.merchantId, claim);
          if (replay !== null) return replay;
        }
        const before = table.load(ref);
        const person = table.person(ref);
        if (before === null || person === null) throw new ServiceError("RECIPIENT_NOT_FOUND");
        const recipient = table.save(before, decide({ recipient: before, person }));
        if (claim !== null) {
          idempotency.insert(ref.merchantId, claim, ref.recipientId, encodeSnapshot(recipient));
        }
        return { kind: "stored" as const, recipient };
      }, signal),

    find: (ref) => context.read(() => table.load(ref)),

    person: (ref) => context.read(() => table.person(ref)),

    list: (filter, page) =>
      context.read(() => listRecipients(filter, page).map((row) => table.fromRow(row))),
  };
}
