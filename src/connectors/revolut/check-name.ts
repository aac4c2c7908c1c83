import type { PayoutError } from "../../domain/payout.ts";
import type { PayoutMethod } from "../../domain/payout-method/index.ts";
import type { Outcome, PayoutInstruction, ProcessorState } from "../connector.ts";
import { declined } from "../toolkit/errors.ts";
import { act, type RevolutApi } from "./call.ts";
import { toCounterparty, valuesOf } from "./counterparty-body.ts";

interface Question {
  readonly payout: Pick<PayoutInstruction, "method" | "person">;
  readonly signal: AbortSignal;
}

/** Whether banks can be asked who holds an account of this kind: in the UK and in the euro area. */
export function isNameChecked({ kind }: PayoutMethod): boolean {
  return kind === "bacs" || kind === "sepa";
}

/**
 * Asks the recipient's bank whether the account is theirs. Only a clear no ends the payout: names that are
 * close, and banks that do not answer such questions, are what most payments live with.
 */
export async function checkName(
  api: RevolutApi,
  question: Question,
): Promise<Outcome<ProcessorState>> {
  const checked = await askName(api, question);
  // Revolut does not take the question: then nothing is known, as before it was asked.
  if (checked.kind === "rejected") return { kind: "accepted", value: GO_ON };
  if (checked.kind !== "accepted") return checked;
  const { error } = checked.value;
  return { kind: "accepted", value: error === null ? GO_ON : { status: "INELIGIBLE", error } };
}

const GO_ON: ProcessorState = { status: "REQUIRES_CREATION" };

async function askName(
  api: RevolutApi,
  { payout: { method, person }, signal }: Question,
): Promise<Outcome<{ readonly error: PayoutError | null }>> {
  const wanted = toCounterparty(method, person);
  if ("error" in wanted) return { kind: "rejected", error: wanted.error };
  const { individual_name, company_name, bank_country } = wanted.body;
  const place =
    method.kind === "sepa"
      ? { recipient_country: bank_country, recipient_currency: wanted.currency }
      : {};
  const body = { ...wanted.identity, ...place, individual_name, company_name };
  const secrets = valuesOf(body);
  const call = { method: "POST", path: "/account-name-validation", body, secrets, signal } as const;
  return act(api, call, ({ json }) => {
    const result = json.text("result_code");
    if (result === undefined) return undefined;
    if (result !== "not_matched") return { error: null };
    const code = json.text("reason", "code");
    const reason = code === "account_does_not_exist" ? "ACCOUNT_NOT_FOUND" : "NAME_MISMATCH";
    return { error: declined(reason, { code }) };
  });
}
