import { toCpf, toIban, withLuhn } from "./check-digits.ts";
import { type Scenario, SUCCESS, scenarioByCode, scenarioByName } from "./scenarios.ts";

/**
 * Accounts that choose a scenario by themselves, for pages where a recipient types the account and
 * nobody can give metadata. One rule for numbers: they end in 900000nn, where nn is the scenario's
 * code and check digits at the end do not count. As data, so that the documentation renders it.
 */
export interface MagicRule {
  /** The rail, and what of it is meant. */
  readonly kind: string;
  readonly field: string;
  /** For people; nn is the scenario's code. */
  readonly rule: string;
  /** An account that passes the rail's own rules and chooses the scenario. */
  readonly example: (scenario: Scenario) => string;
}

const email = (scenario: Scenario): string => `jane+${scenario.name}@example.com`;
const usPhone = (scenario: Scenario): string => `+120255501${scenario.code}`;
const germanIban = (scenario: Scenario): string => toIban("DE", `3704004401${numberOf(scenario)}`);
const britishIban = (scenario: Scenario): string => toIban("GB", `NWBK601613${numberOf(scenario)}`);
const visa = (scenario: Scenario): string => withLuhn(`4000000${numberOf(scenario)}`);

const ENDS = "ends in 900000nn";
const ENDS_BEFORE_LUHN = "the digits before the last, which is the check digit, end in 900000nn";
const EMAIL = "the local part ends in +scenario, such as jane+decline@example.com";

export const MAGIC_RULES: readonly MagicRule[] = [
  { kind: "card", field: "card_number", rule: ENDS_BEFORE_LUHN, example: visa },
  { kind: "ach", field: "account_number", rule: ENDS, example: (s) => `1${numberOf(s)}` },
  { kind: "bacs", field: "account_number", rule: "is 900000nn", example: numberOf },
  { kind: "sepa", field: "iban", rule: ENDS, example: germanIban },
  { kind: "sepa", field: "iban", rule: ENDS, example: britishIban },
  { kind: "pix", field: "account_number", rule: ENDS, example: numberOf },
  {
    kind: "pix_key",
    field: "pix_key (CPF)",
    rule: "the nine digits before the two check digits end in 900000nn",
    example: (s) => toCpf(`1${numberOf(s)}`),
  },
  { kind: "pix_key", field: "pix_key (e-mail)", rule: EMAIL, example: email },
  {
    kind: "pix_key",
    field: "pix_key (phone)",
    rule: "ends in 55501nn",
    example: (s) => `+55119855501${s.code}`,
  },
  {
    kind: "pix_key",
    field: "pix_key (UUID)",
    rule: ENDS,
    example: (s) => `123e4567-e89b-42d3-a456-4266${numberOf(s)}`,
  },
  { kind: "paypal", field: "email", rule: EMAIL, example: email },
  { kind: "paypal", field: "phone", rule: "ends in 55501nn", example: usPhone },
  {
    kind: "paypal",
    field: "paypal_id",
    rule: ENDS,
    example: (s) => `SANDBOX${numberOf(s)}`,
  },
  { kind: "venmo", field: "phone", rule: "ends in 55501nn", example: usPhone },
  { kind: "interac", field: "email", rule: EMAIL, example: email },
  { kind: "open_banking_uk", field: "iban", rule: ENDS, example: britishIban },
  { kind: "apple_pay", field: "dpan", rule: ENDS_BEFORE_LUHN, example: visa },
  {
    kind: "passthrough",
    field: "psp_token",
    rule: "is sandbox_ and the scenario's name",
    example: (s) => `sandbox_${s.name}`,
  },
];

/** The scenario that an account chooses; `success` for every account that is not magic. */
export function magicScenario(kind: string, account: string): Scenario {
  return find(kind, account) ?? SUCCESS;
}

function numberOf(scenario: Scenario): string {
  return `900000${scenario.code}`;
}

function find(kind: string, account: string): Scenario | undefined {
  if (kind === "passthrough") {
    return account.startsWith("sandbox_") ? scenarioByName(account.slice(8)) : undefined;
  }
  const at = account.lastIndexOf("@");
  if (at >= 0) {
    return scenarioByName(/\+([a-z_]+)$/i.exec(account.slice(0, at))?.[1]?.toLowerCase() ?? "");
  }
  if (account.startsWith("+")) {
    return scenarioByCode(/55501([0-9]{2})$/.exec(account)?.[1] ?? "");
  }
  const compact = account.replace(/[\s./-]/g, "");
  return scenarioByCode(/900000([0-9]{2})$/.exec(withoutCheckDigits(kind, compact))?.[1] ?? "");
}

function withoutCheckDigits(kind: string, account: string): string {
  if (kind === "card" || kind === "apple_pay") return account.slice(0, -1);
  // A CPF has 11 characters, a CNPJ 14, and both end in two check digits; a UUID has none.
  if (kind === "pix_key" && account.length <= 14) return account.slice(0, -2);
  return account;
}
