import type { ChangeOptions } from "../repository/repository.ts";
import type { Call } from "./call.ts";

/** What a caller gave as a reason, kept with the change; nothing when none was given. */
export function auditNote(
  { caller }: Call,
  action: string,
  reason: string,
): Pick<ChangeOptions, "audit"> {
  return reason === "" ? {} : { audit: { actor: caller.keyId, action, reason } };
}
