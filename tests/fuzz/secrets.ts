import type { DescField } from "@bufbuild/protobuf";

/** Put where secrets go, and never seen again; long enough not to come about by chance. */
export const CANARY = "Kanarienvogel4711";

/** Right values of secret fields by name. None may be answered or logged whole. */
const RIGHT: Readonly<Record<string, readonly string[]>> = {
  account_number: ["000123456789", "31926819", "12345678-9"],
  routing_number: ["110000000"],
  sort_code: ["601613"],
  iban: ["DE89370400440532013000", "GB29NWBK60161331926819"],
  card_number: ["4242424242424242"],
  dpan: ["5555555555554444"],
  tax_id: ["29537995593"],
  branch: ["0001"],
  pix_key: ["joana.kanarienvogel4711@example.com"],
  email: ["jane.kanarienvogel4711@example.com"],
  phone: ["+14155552671"],
  psp_token: [`tok_${CANARY}`],
  // Public, and so shown as it is.
  legal_name: ["Acme Ltd"],
  city: ["Springfield"],
  // Answers show the given name, and the first letter of the others.
  given_name: ["Jane"],
  family_name: [CANARY],
  holder_name: [`Jane ${CANARY}`],
  birth_date: ["1990-01-31"],
  claim_code: ["claim-7788"],
};

/** Too short or too common to look for in an answer. */
const COMMON: ReadonlySet<string> = new Set([
  "0001",
  "Acme Ltd",
  "Springfield",
  "Jane",
  "1990-01-31",
  "110000000",
  "601613",
]);

/** What no answer and no log line may contain. */
export const HIDDEN: readonly string[] = [
  CANARY,
  CANARY.toLowerCase(),
  ...Object.values(RIGHT)
    .flat()
    .filter((value) => !COMMON.has(value)),
];

export function isSecret(field: DescField): boolean {
  return field.proto.options?.debugRedact ?? false;
}

/** Fields of which answers show a part, so that the canary must not be that part. */
const PARTLY_SHOWN: ReadonlySet<string> = new Set([
  "legal_name",
  "city",
  "given_name",
  "holder_name",
]);

/** Whether any text may stand in the field and must not be seen again. */
export function isHidden({ name }: DescField): boolean {
  return !PARTLY_SHOWN.has(name);
}

/** A right value for a secret text field, or the canary. */
export function secretFor(field: DescField, pick: <T>(of: readonly T[]) => T): string {
  return pick(RIGHT[field.name] ?? [`${CANARY} Doe`]);
}
