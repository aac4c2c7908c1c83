import type { PayoutError } from "../../domain/payout.ts";
import type { RecipientStatus } from "../../domain/recipient.ts";
import { declined } from "../toolkit/errors.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";
import { readId } from "./read-object.ts";

/** Whether money can be sent through an account: now, once more is known of its owner, or never. */
export type Readiness = "ready" | "incomplete" | "refused";

/** A connected account, as far as it matters to a payout. */
export interface ConnectedAccount {
  readonly id: string;
  /** To be sent transfers. */
  readonly canReceive: boolean;
  readonly readiness: Readiness;
  /** What Stripe still needs of the owner, by its own names. The bank account is ours to add. */
  readonly requirements: readonly string[];
  readonly disabledReason: string | undefined;
  /** The first of its bank accounts. */
  readonly banks: readonly JsonReply[];
}

/** An account of which the id could be read; the rest as far as it could, and as not ready otherwise. */
export function readConnectedAccount(json: JsonReply): ConnectedAccount | undefined {
  const id = readId(json, "account");
  if (id === undefined) return undefined;
  const disabledReason = json.text("requirements", "disabled_reason");
  const isRefused = disabledReason?.startsWith("rejected.") ?? false;
  const canReceive = json.text("capabilities", "transfers") === "active";
  const isReady = canReceive && json.flag("payouts_enabled");
  return {
    id,
    canReceive,
    readiness: isRefused ? "refused" : isReady ? "ready" : "incomplete",
    requirements: json
      .list("requirements", "currently_due")
      .flatMap((each) => each.text() ?? [])
      .filter((each) => each !== "external_account"),
    disabledReason,
    banks: json.list("external_accounts", "data"),
  };
}

/** What the account is as a recipient's registration. */
export function recipientStatus(account: ConnectedAccount): RecipientStatus {
  if (account.readiness === "refused") return "REJECTED";
  if (account.requirements.length > 0) return "ACTION_REQUIRED";
  return account.canReceive ? "ACTIVE" : "PENDING";
}

/** Why nothing is sent through an account that is not ready. */
export function notReady({ requirements, disabledReason }: ConnectedAccount): PayoutError {
  const message =
    requirements.length === 0 ? undefined : `Stripe still needs: ${requirements.join(", ")}.`;
  return declined("RECIPIENT_NOT_READY", { code: disabledReason, message }, "VALIDATION");
}

/** Stripe will have nothing to do with the account. */
export function refusedByStripe({ disabledReason }: ConnectedAccount): PayoutError {
  return declined("RECIPIENT_REFUSED", { code: disabledReason });
}
