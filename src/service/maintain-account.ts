import { ServiceError } from "../domain/errors.ts";
import type { DisburseAccount } from "../domain/recipient.ts";
import { decodeSnapshot } from "../domain/snapshot.ts";
import type { Replay } from "../repository/repository.ts";
import type { Answer, Call, Caller } from "./call.ts";
import { requireId } from "./require-id.ts";
import type { ServiceContext } from "./service-context.ts";

/** @throws ServiceError DISBURSE_ACCOUNT_NOT_FOUND */
export async function getDisburseAccount(
  { repository }: ServiceContext,
  { merchantId }: Caller,
  disburseAccountId: string,
): Promise<DisburseAccount> {
  requireId("disburseAccount", disburseAccountId, "disburse_account_id");
  const account = await repository.accounts.find({ merchantId, disburseAccountId });
  if (account === null) throw new ServiceError("DISBURSE_ACCOUNT_NOT_FOUND");
  return account;
}

/** Makes an account the recipient's default. @throws ServiceError DISBURSE_ACCOUNT_NOT_FOUND */
export async function setDefaultAccount(
  { repository }: ServiceContext,
  call: Call,
  disburseAccountId: string,
): Promise<Answer<DisburseAccount>> {
  requireId("disburseAccount", disburseAccountId, "disburse_account_id");
  const { merchantId } = call.caller;
  return answerOf(await repository.accounts.setDefault({ merchantId, disburseAccountId }, call));
}

/**
 * Removes an account. Payouts under way keep its data; new ones cannot name it.
 *
 * @throws ServiceError DISBURSE_ACCOUNT_NOT_FOUND
 */
export async function removeAccount(
  { repository, clock }: ServiceContext,
  call: Call,
  disburseAccountId: string,
): Promise<Answer<DisburseAccount>> {
  requireId("disburseAccount", disburseAccountId, "disburse_account_id");
  const ref = { merchantId: call.caller.merchantId, disburseAccountId };
  return answerOf(await repository.accounts.remove(ref, clock.now(), call));
}

function answerOf(
  changed: { readonly kind: "stored"; readonly account: DisburseAccount } | Replay,
): Answer<DisburseAccount> {
  if (changed.kind === "stored") return { value: changed.account, replayed: false };
  if (changed.answer === null) throw new Error("a change's record is closed when it is made");
  return { value: decodeSnapshot<DisburseAccount>(changed.answer), replayed: true };
}
