import { ServiceError, validationFailed } from "../domain/errors.ts";
import { maskPerson, type PersonInput, parsePerson } from "../domain/person.ts";
import type { Recipient } from "../domain/recipient.ts";
import { orFree } from "../engine/slots.ts";
import type { Answer, Call } from "./call.ts";
import { chooseConnector } from "./choose-connector.ts";
import { findReplay } from "./find-replay.ts";
import {
  closeAnswer,
  newRegistration,
  register,
  replaySubject,
  reserveRegistration,
} from "./registration.ts";
import type { ServiceContext } from "./service-context.ts";

export interface CreateRecipient {
  readonly person: PersonInput;
  readonly merchantRecipientId: string | null;
  /** Register there now; null registers when it is first needed. */
  readonly connector: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Registers somebody to be paid, here and, when a connector is named that wants it, there.
 *
 * @throws ServiceError VALIDATION_FAILED, RECIPIENT_ALREADY_EXISTS, CONNECTOR_UNSUPPORTED,
 * CONNECTOR_UNAVAILABLE
 */
export async function createRecipient(
  context: ServiceContext,
  call: Call,
  request: CreateRecipient,
): Promise<Answer<Recipient>> {
  const { repository, clock } = context;
  const { caller, claim, signal } = call;
  const { merchantId, livemode } = caller;
  const find = (id: string) => repository.recipients.find({ merchantId, recipientId: id });
  const replay = await findReplay(context, call);
  if (replay !== null) return replaySubject(context, call, replay, find);
  const now = clock.now();
  const parsed = parsePerson(request.person, { now });
  if (parsed.violations !== undefined) throw validationFailed(parsed.violations);
  const { person } = parsed;
  const connector =
    request.connector === null
      ? null
      : await chooseConnector(context, caller, request.connector, {
          operation: "CREATE_RECIPIENT",
          method: null,
          currency: null,
        });
  const registers = connector?.registerRecipient !== undefined;

  const recipientId = context.newId("recipient");
  const recipient: Recipient = {
    merchantId,
    recipientId,
    merchantRecipientId: request.merchantRecipientId,
    status: registers ? "PENDING" : "ACTIVE",
    person: maskPerson(person),
    requirements: [],
    connectorRecipients: [],
    defaultDisburseAccountId: null,
    metadata: request.metadata,
    createTime: now,
    updateTime: now,
    livemode,
    version: 1,
  };
  const slot =
    connector !== null && registers ? reserveRegistration(context, caller, connector) : null;
  const registration =
    connector === null || !registers
      ? null
      : newRegistration(context, connector, {
          merchantId,
          subjectId: recipientId,
          status: "PENDING",
        });

  const creating = repository.recipients.create({ recipient, person, registration, claim, signal });
  const created = await orFree(slot, creating);
  if (created.kind !== "stored") slot?.free();
  if (created.kind === "replay") return replaySubject(context, call, created, find);
  if (created.kind === "duplicate") {
    throw new ServiceError("RECIPIENT_ALREADY_EXISTS", {
      metadata: { recipient_id: created.recipientId },
    });
  }
  if (registration === null || slot === null) return { value: created.recipient, replayed: false };
  await register(context, call, registration, slot);
  const current = await find(recipientId);
  if (current === null) throw new ServiceError("RECIPIENT_NOT_FOUND");
  return { value: await closeAnswer(context, call, current), replayed: false };
}
