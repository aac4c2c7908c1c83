import { validationFailed } from "../domain/errors.ts";
import { maskPerson, type PersonInput, parsePerson } from "../domain/person.ts";
import type { Recipient } from "../domain/recipient.ts";
import { decodeSnapshot } from "../domain/snapshot.ts";
import type { Answer, Call } from "./call.ts";
import { checkEtag } from "./etag.ts";
import { requireId } from "./require-id.ts";
import type { ServiceContext } from "./service-context.ts";

export interface UpdateRecipient {
  readonly recipientId: string;
  /** What is given replaces what is there; the type stays. */
  readonly changes: Partial<Omit<PersonInput, "type">>;
  /** Entries to set; an empty value removes one. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly etag: string | null;
}

/** Entries that a recipient's metadata may have, as with those that are made. */
const MAX_METADATA = 50;

/** @throws ServiceError VALIDATION_FAILED, RECIPIENT_NOT_FOUND, ETAG_MISMATCH */
export async function updateRecipient(
  { repository, clock }: ServiceContext,
  call: Call,
  { recipientId, changes, metadata, etag }: UpdateRecipient,
): Promise<Answer<Recipient>> {
  requireId("recipient", recipientId, "recipient_id");
  const updated = await repository.recipients.update(
    { merchantId: call.caller.merchantId, recipientId },
    call,
    ({ recipient, person }) => {
      checkEtag(etag, recipient.version);
      const parsed = parsePerson({ ...person, ...changes }, { now: clock.now() });
      if (parsed.violations !== undefined) throw validationFailed(parsed.violations);
      const merged = Object.fromEntries(
        Object.entries({ ...recipient.metadata, ...metadata }).filter(([, value]) => value !== ""),
      );
      if (Object.keys(merged).length > MAX_METADATA) {
        throw validationFailed([{ field: "metadata", message: "must have at most 50 entries" }]);
      }
      return {
        person: parsed.person,
        recipient: { ...recipient, person: maskPerson(parsed.person), metadata: merged },
      };
    },
  );
  if (updated.kind === "stored") return { value: updated.recipient, replayed: false };
  if (updated.answer === null) throw new Error("an update's record is closed when it is made");
  return { value: decodeSnapshot<Recipient>(updated.answer), replayed: true };
}
