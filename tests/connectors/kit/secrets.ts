import type { ConnectorModule } from "../../../src/connectors/connector.ts";
import { withMaskedWords } from "../../../src/domain/mask-words.ts";
import type { PayoutError } from "../../../src/domain/payout.ts";
import { print } from "./check.ts";
import type { OpenProcessor, Order } from "./subject.ts";

/** Shorter texts are parts of too many others. */
const MIN_LENGTH = 6;

/** What must turn up in no outcome, error or log. */
export function secretsOf(
  { accountFields }: Pick<ConnectorModule, "accountFields">,
  processor: Pick<OpenProcessor, "settings" | "secrets">,
  orders: readonly Pick<Order, "method" | "person">[],
): readonly string[] {
  const own = accountFields
    .filter(({ secret }) => secret)
    .flatMap(({ name }) => (processor.settings[name] ?? "").split(/[\n,]/))
    .map((each) => each.trim())
    .filter((each) => !each.startsWith("-----"));
  const numbers = orders.flatMap(({ method, person }) =>
    [...textsOf(method), ...textsOf(person)].filter(isNumber),
  );
  const all = [...own, ...numbers, ...(processor.secrets?.() ?? [])];
  return [...new Set(all.filter(({ length }) => length >= MIN_LENGTH))];
}

/** Those that are in what has been said, once the engine has masked the processor's words. */
export function foundIn(said: readonly unknown[], secrets: readonly string[]): readonly string[] {
  const text = said.map((each) => print(masked(each)) ?? "").join("\n");
  return secrets.filter((each) => text.includes(each) || text.includes(JSON.stringify(each)));
}

function masked(said: unknown): unknown {
  if (typeof said !== "object" || said === null) return said;
  const { error, value } = said as { error?: PayoutError; value?: { error?: PayoutError } };
  return {
    ...said,
    ...(error && { error: withMaskedWords(error) }),
    ...(value?.error && { value: { ...value, error: withMaskedWords(value.error) } }),
  };
}

/** An account's, a card's or a person's number: an IBAN, or six digits and more. */
function isNumber(text: string): boolean {
  return /^[A-Z]{2}\d{2}[A-Z0-9]{8,}$/.test(text) || /^\+?[\d-]*\d{6}[\d-]*$/.test(text);
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
