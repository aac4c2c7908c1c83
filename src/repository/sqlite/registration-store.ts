import { parseId } from "../../domain/id.ts";
import type { DisburseAccountStatus, RecipientStatus } from "../../domain/recipient.ts";
import { encodeSnapshot } from "../../domain/snapshot.ts";
import type { Registration } from "../registration.ts";
import { LeaseLostError, type RegistrationRef, type RegistrationStore } from "../repository.ts";
import type { AccountTable } from "./account-table.ts";
import type { SqliteContext } from "./context.ts";
import type { IdempotencyTable } from "./idempotency-table.ts";
import type { RecipientTable } from "./recipient-table.ts";
import type { RegistrationTable } from "./registration-table.ts";

interface Parts {
  readonly accounts: AccountTable;
  readonly recipients: RecipientTable;
  readonly registrations: RegistrationTable;
  readonly idempotency: IdempotencyTable;
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((word, index) => word === b[index]);
}

export function createRegistrationStore(context: SqliteContext, parts: Parts): RegistrationStore {
  const { accounts, recipients, registrations, idempotency } = parts;

  function load({ merchantId, subjectId }: RegistrationRef): Registration | null {
    const registration = registrations.load(subjectId);
    return registration?.merchantId === merchantId ? registration : null;
  }

  function loadLeased(ref: RegistrationRef, lease: string): Registration {
    const current = load(ref);
    if (current === null || current.job?.lease?.token !== lease) throw new LeaseLostError();
    return current;
  }

  /** The recipient or account after a registration has changed, as it is answered. */
  function saveSubject({ merchantId, subjectId, status, requirements }: Registration): unknown {
    if (parseId(subjectId)?.kind === "recipient") {
      const ref = { merchantId, recipientId: subjectId };
      const recipient = recipients.load(ref);
      const person = recipients.person(ref);
      if (recipient === null || person === null) throw new Error("a registration of nobody");
      if (recipient.status === status && same(recipient.requirements, requirements)) {
        return recipient;
      }
      const after = {
        ...recipient,
        status: status as RecipientStatus,
        requirements,
      };
      return recipients.save(recipient, { recipient: after, person });
    }
    const account = accounts.load({ merchantId, disburseAccountId: subjectId });
    if (account === null) return null;
    return accounts.save(account, { ...account, status: status as DisburseAccountStatus });
  }

  return {
    find: (ref) => context.read(() => load(ref)),

    start: (registration) =>
      context.write(() => {
        const { subjectId, connector } = registration;
        const known = registrations.of(subjectId);
        const isUnderWay = (registrations.load(subjectId)?.job ?? null) !== null;
        if (isUnderWay || known.some((each) => each.connector === connector)) return false;
        registrations.insert(registration);
        return true;
      }),

    change: (ref, { lease, close }, decide) =>
      context.write(() => {
        const before = loadLeased(ref, lease);
        const after = decide(before);
        if (after === before) return before;
        registrations.save(before, after);
        const subject = saveSubject(after);
        // Of a removed account there is nothing to answer.
        if (close && subject !== null)
          idempotency.close(ref.merchantId, close, encodeSnapshot(subject));
        return after;
      }),

    lookAgain: (named) =>
      context.write(() => {
        const now = context.now();
        const known = registrations
          .subjectsOf(named)
          .map((subjectId) => registrations.load(subjectId))
          // What a subject's job is about is the newest of its registrations.
          .filter((each) => each?.connector === named.connector)
          .filter((each) => each !== undefined && each !== null)
          .filter(({ job, outcome }) => job !== null || outcome === "ACCEPTED");
        const free = known.filter(({ job }) => (job?.lease?.until ?? 0) <= now);
        for (const each of free) {
          registrations.save(each, { ...each, job: { runAt: now, tries: 0, lease: null } });
        }
        if (known.length === 0) return "unknown";
        return free.length === known.length ? "due" : "busy";
      }),

    discard: (ref, { lease, claim }) =>
      context.write(() => {
        const { merchantId, subjectId } = ref;
        loadLeased(ref, lease);
        registrations.remove(subjectId);
        if (claim !== null) idempotency.remove(merchantId, claim);
        if (parseId(subjectId)?.kind === "recipient") {
          recipients.remove({ merchantId, recipientId: subjectId });
          return;
        }
        const account = accounts.load({ merchantId, disburseAccountId: subjectId });
        if (account === null) return;
        if (account.isDefault) {
          const recipient = recipients.load(account);
          const person = recipients.person(account);
          if (recipient !== null && person !== null) {
            recipients.save(recipient, {
              recipient: { ...recipient, defaultDisburseAccountId: null },
              person,
            });
          }
        }
        // Hidden and not deleted: a payout that named it meanwhile still needs its data.
        accounts.hide(account, context.now());
      }),
  };
}
