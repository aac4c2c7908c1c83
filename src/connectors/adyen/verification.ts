import type { DisburseAccountStatus, RecipientStatus } from "../../domain/recipient.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";

/** What a legal entity, and each of its instruments, must be allowed to be paid to. */
export const CAPABILITY = "sendToTransferInstrument";

/** How far the processor's checks of somebody, or of a bank account, have come. */
export type Verification = "valid" | "pending" | "invalid" | "rejected";

/** Total: a word that is not known is one that is not final. */
export function readVerification(json: JsonReply): Verification {
  const capability = json.at("capabilities", CAPABILITY);
  if (capability.flag("allowed")) return "valid";
  const word = capability.text("verificationStatus");
  return word === "valid" || word === "invalid" || word === "rejected" ? word : "pending";
}

export const RECIPIENT_STATUSES: Readonly<Record<Verification, RecipientStatus>> = {
  valid: "ACTIVE",
  pending: "PENDING",
  invalid: "ACTION_REQUIRED",
  rejected: "REJECTED",
};

/** What is missing can be brought still. */
export const ACCOUNT_STATUSES: Readonly<Record<Verification, DisburseAccountStatus>> = {
  valid: "VERIFIED",
  pending: "PENDING_VERIFICATION",
  invalid: "PENDING_VERIFICATION",
  rejected: "REJECTED",
};

/** More than these would not be read (sentences, and characters of each). */
const MAX_REQUIREMENTS = 20;
const MAX_SENTENCE = 200;

/** What the processor still needs, in its own sentences. */
export function readRequirements(json: JsonReply): readonly string[] {
  const sentences = json
    .list("problems")
    .flatMap((problem) => problem.list("verificationErrors"))
    .flatMap((error) => {
      const actions = error
        .list("remediatingActions")
        .flatMap((each) => each.text("message") ?? []);
      return actions.length > 0 ? actions : [error.text("message") ?? error.text("code") ?? ""];
    })
    .filter((sentence) => sentence !== "");
  return [...new Set(sentences.map((each) => each.slice(0, MAX_SENTENCE)))].slice(
    0,
    MAX_REQUIREMENTS,
  );
}
