import { ServiceError, validationFailed } from "../domain/errors.ts";
import {
  fingerprintPayoutMethod,
  maskPayoutMethod,
  type PayoutMethodInput,
  parsePayoutMethod,
} from "../domain/payout-method/index.ts";
import type { DisburseAccount } from "../domain/recipient.ts";
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
import { requireId } from "./require-id.ts";
import type { ServiceContext } from "./service-context.ts";

export interface EnrollDisburseAccount {
  readonly recipientId: string;
  readonly method: PayoutMethodInput | undefined;
  /** Register there now; null registers when it is first needed. */
  readonly connector: string | null;
  readonly setDefault: boolean;
}

/**
 * Registers a destination account, here and, when a connector is named that wants it, there; its
 * recipient before it, where the processor has to know that first. The same account of the same
 * recipient is there only once.
 *
 * @throws ServiceError VALIDATION_FAILED, RECIPIENT_NOT_FOUND, CONNECTOR_UNSUPPORTED,
 * CONNECTOR_UNAVAILABLE
 */
export async function enrollDisburseAccount(
  context: ServiceContext,
  call: Call,
  request: EnrollDisburseAccount,
): Promise<Answer<DisburseAccount>> {
  const { recipientId } = request;
  requireId("recipient", recipientId, "recipient_id");
  const { repository, clock, hash } = context;
  const { caller, claim } = call;
  const { merchantId, livemode } = caller;
  const find = (id: string) => repository.accounts.find({ merchantId, disburseAccountId: id });
  const replay = await findReplay(context, call);
  if (replay !== null) return replaySubject(context, call, replay, find);
  const now = clock.now();
  const parsed = parsePayoutMethod(request.method, { now }, "payout_method_data");
  if (parsed.violations !== undefined) throw validationFailed(parsed.violations);
  const { method } = parsed;
  const connector =
    request.connector === null
      ? null
      : await chooseConnector(context, caller, request.connector, {
          operation: "ENROLL_DISBURSE_ACCOUNT",
          method: method.kind,
          currency: null,
        });
  const registers = connector?.registerAccount !== undefined;

  const disburseAccountId = context.newId("disburseAccount");
  const account: DisburseAccount = {
    merchantId,
    disburseAccountId,
    recipientId,
    status: registers ? "PENDING_VERIFICATION" : "VERIFIED",
    payoutMethod: maskPayoutMethod(method),
    connectorAccounts: [],
    isDefault: false,
    createTime: now,
    livemode,
  };
  const slot =
    connector !== null && registers ? reserveRegistration(context, caller, connector) : null;
  const registration =
    connector === null || !registers
      ? null
      : newRegistration(
          context,
          connector,
          { merchantId, subjectId: disburseAccountId, status: "PENDING_VERIFICATION" },
          connector.registerRecipient === undefined,
        );

  const creating = repository.accounts.create({
    account,
    method,
    fingerprint: hash.text("account-fingerprint", fingerprintPayoutMethod(method)),
    setDefault: request.setDefault,
    registration,
    claim,
    signal: call.signal,
  });
  const created = await orFree(slot, creating);
  if (created.kind !== "stored") slot?.free();
  if (created.kind === "replay") return replaySubject(context, call, created, find);
  if (created.kind === "exists") return joinExisting(context, call, created.account, find);
  if (registration === null || slot === null) return { value: created.account, replayed: false };
  await register(context, call, registration, slot);
  const current = await find(disburseAccountId);
  if (current === null) throw new ServiceError("DISBURSE_ACCOUNT_NOT_FOUND");
  return { value: await closeAnswer(context, call, current), replayed: false };
}

/**
 * Answers the account that is there, once its registration by another call is over: that may come to
 * nothing, and then there is no account to answer.
 *
 * @throws ServiceError CONNECTOR_UNAVAILABLE, REQUEST_IN_PROGRESS
 */
async function joinExisting(
  context: ServiceContext,
  call: Call,
  { disburseAccountId }: DisburseAccount,
  find: (disburseAccountId: string) => Promise<DisburseAccount | null>,
): Promise<Answer<DisburseAccount>> {
  const { caller, claim } = call;
  const open = { kind: "replay", subjectId: disburseAccountId, answer: null } as const;
  try {
    return { ...(await replaySubject(context, call, open, find)), replayed: false };
  } catch (error) {
    // Only calls that succeed are recorded: the same key may ask again.
    if (claim !== null) await context.repository.idempotency.forget(caller.merchantId, claim);
    throw error;
  }
}
