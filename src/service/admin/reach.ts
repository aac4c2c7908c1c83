import { ServiceError } from "../../domain/errors.ts";
import type { Administered, Reach } from "../../repository/repository.ts";
import type { Call, Caller } from "../call.ts";

/** Whose keys a caller administers: an operator everybody's, anybody else their own. */
export function reachOf({ operator, merchantId }: Caller): Reach {
  return operator ? "everybody" : { merchantId };
}

/** @throws ServiceError OPERATOR_REQUIRED */
export function requireOperator({ operator }: Caller): void {
  if (!operator) throw new ServiceError("OPERATOR_REQUIRED");
}

/** On whose behalf, and what is kept of it: what administers is always kept. */
export function administered(call: Call, action: string, reason = ""): Administered {
  const { caller, claim, signal } = call;
  const audit = { actor: caller.keyId, action, reason };
  return { callerId: caller.merchantId, claim, signal, audit };
}
