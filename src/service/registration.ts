import { sleep } from "../clock.ts";
import type { Connector } from "../connectors/connector.ts";
import { refOf } from "../connectors/registry.ts";
import { ServiceError } from "../domain/errors.ts";
import { decodeSnapshot, encodeSnapshot } from "../domain/snapshot.ts";
import { newProcessorKey } from "../engine/processor-key.ts";
import type { Slot } from "../engine/slots.ts";
import type { Registration } from "../repository/registration.ts";
import type { Replay } from "../repository/repository.ts";
import type { Answer, Call } from "./call.ts";
import { newLease, type ServiceContext } from "./service-context.ts";
import { objectTopic } from "./signals.ts";

/**
 * A registration as it is stored with its recipient or account: the call begun, the job leased. That of
 * an account whose recipient may have to be registered first is not begun.
 */
export function newRegistration(
  context: ServiceContext,
  connector: Connector,
  subject: Pick<Registration, "merchantId" | "subjectId" | "status">,
  isBegun = true,
): Registration {
  return {
    ...subject,
    connector: refOf(connector),
    processorKey: newProcessorKey(context),
    outcome: null,
    tries: isBegun ? 1 : 0,
    connectorId: null,
    requirements: [],
    error: null,
    createTime: context.clock.now(),
    job: { runAt: context.clock.now(), tries: 0, lease: newLease(context) },
  };
}

/** @throws ServiceError OVERLOADED when this process cannot take another registration just now */
export function reserveRegistration(
  { executor }: ServiceContext,
  { merchantId }: Call["caller"],
  connector: Connector,
): Slot {
  const slot = executor.reserve({ merchantId, connector: refOf(connector) });
  if (slot === null) throw new ServiceError("OVERLOADED", { retryAfterMs: 1000 });
  return slot;
}

/**
 * Registers at the processor now, and waits for it as long as the caller wants. Onboarding cannot
 * wait for a processor that is down: then everything is taken back, and the caller told. But once
 * the caller has been answered nothing is taken back any more: the job goes on.
 *
 * @throws ServiceError CONNECTOR_UNAVAILABLE
 */
export async function register(
  context: ServiceContext,
  call: Call,
  registration: Registration,
  slot: Slot,
): Promise<void> {
  const { executor, repository, clock, log } = context;
  const { merchantId, subjectId, connector, job } = registration;
  const token = job?.lease?.token;
  if (token === undefined) throw new Error("a registration that nobody has leased");
  // Whichever comes first, the caller's answer or the news that nothing was sent, settles it.
  const fate: { is: "open" | "answered" | "taken back" } = { is: "open" };
  const takeBack = () => {
    if (fate.is === "open") fate.is = "taken back";
    return fate.is === "taken back";
  };
  const work = executor.runRegistration(
    { kind: "registration", subjectId, merchantId, connector, token },
    { begun: registration.tries > 0, close: call.claim, takesBack: takeBack },
    slot,
  );
  const finished = work.then(async (end) => {
    if (end?.kind !== "not_sent") return false;
    await repository.registrations.discard(
      { merchantId, subjectId },
      { lease: token, claim: call.claim },
    );
    return true;
  });
  const outcome = finished.catch((error) => {
    // It stays, and its lease runs out: whoever claims it then goes on.
    log.error({ err: error, subject: subjectId }, "a registration was not taken back");
    return false;
  });
  const remaining = Math.max(0, call.answerBy - clock.now());
  await Promise.race([outcome, sleep(clock, remaining, call.signal)]);
  if (fate.is === "open") fate.is = "answered";
  if (fate.is === "taken back" && (await outcome)) {
    throw new ServiceError("CONNECTOR_UNAVAILABLE", { retryAfterMs: 1000 });
  }
}

/** Closes the record of a call that made a recipient or account with what it answers. */
export async function closeAnswer<T>(
  { repository }: ServiceContext,
  { caller, claim }: Call,
  value: T,
): Promise<T> {
  if (claim === null) return value;
  const answer = await repository.idempotency.close(
    caller.merchantId,
    claim,
    encodeSnapshot(value),
  );
  return decodeSnapshot<T>(answer);
}

/**
 * Answers a repeat of a call that made a recipient or account: as it was answered first, or, when
 * the first call is still running or has died, as it is once that is over.
 *
 * @throws ServiceError REQUEST_IN_PROGRESS
 */
export async function replaySubject<T>(
  context: ServiceContext,
  call: Call,
  replay: Replay,
  find: (subjectId: string) => Promise<T | null>,
): Promise<Answer<T>> {
  const { repository, clock, signals, pollMs } = context;
  const { merchantId } = call.caller;
  const { subjectId } = replay;
  let record: Replay | null = replay;
  for (;;) {
    if (record?.answer != null) return { value: decodeSnapshot<T>(record.answer), replayed: true };
    const remaining = call.answerBy - clock.now();
    const wait = signals.next(
      objectTopic(subjectId),
      Math.max(0, Math.min(pollMs, remaining)),
      call.signal,
    );
    try {
      const registration = await repository.registrations.find({ merchantId, subjectId });
      const subject = await find(subjectId);
      // The first call was refused after all, and took everything back.
      if (subject === null) throw new ServiceError("CONNECTOR_UNAVAILABLE", { retryAfterMs: 1000 });
      if (registration === null || registration.outcome !== null) {
        return { value: await closeAnswer(context, call, subject), replayed: true };
      }
      if (remaining <= 0 || call.signal.aborted) {
        throw new ServiceError("REQUEST_IN_PROGRESS", { retryAfterMs: 1000 });
      }
      await wait.settled;
    } finally {
      wait.cancel();
    }
    record = call.claim && (await repository.idempotency.find(merchantId, call.claim));
  }
}
