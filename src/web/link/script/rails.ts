import { ach } from "../../../domain/payout-method/ach.ts";
import { bacs } from "../../../domain/payout-method/bacs.ts";
import { card } from "../../../domain/payout-method/card.ts";
import { interac } from "../../../domain/payout-method/interac.ts";
import { openBankingUk } from "../../../domain/payout-method/open-banking-uk.ts";
import { paypal } from "../../../domain/payout-method/paypal.ts";
import { pix } from "../../../domain/payout-method/pix.ts";
import { pixKey } from "../../../domain/payout-method/pix-key.ts";
import { sepa } from "../../../domain/payout-method/sepa.ts";
import { venmo } from "../../../domain/payout-method/venmo.ts";
import type { FieldViolation, ParseContext } from "../../../domain/violation.ts";
import type { PageMethod } from "../languages/words.ts";
import { type FormValues, methodOf } from "../method-fields.ts";

interface Rules {
  readonly parse: (
    input: never,
    context: ParseContext,
  ) => { readonly violations?: readonly FieldViolation[] | undefined };
}

/** The server's own rules, by payout method. */
const RAILS: Readonly<Record<PageMethod, Rules>> = {
  ach,
  bacs,
  card,
  interac,
  open_banking_uk: openBankingUk,
  paypal,
  pix,
  pix_key: pixKey,
  sepa,
  venmo,
};

/** What is wrong with a form's account. */
export function violationsOf(
  kind: PageMethod,
  form: FormValues,
  now: number,
): readonly FieldViolation[] {
  return RAILS[kind].parse(methodOf(kind, form) as never, { now }).violations ?? [];
}
