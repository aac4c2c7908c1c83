import { cnpj, cpf } from "cpf-cnpj-validator";
import type { FieldReader, TextInput } from "../field-reader.ts";

/** A person's number: 11 digits with both check digits right. */
export function isCpf(code: string): boolean {
  return /^[0-9]{11}$/.test(code) && cpf.isValid(code, true);
}

/** A company's number: 14 digits, or since 2026 12 digits or letters and 2 check digits. */
export function isCnpj(code: string): boolean {
  return /^[0-9A-Z]{12}[0-9]{2}$/.test(code) && cnpj.isValid(code, true);
}

type Messages = { readonly required?: string; readonly wrong: string };

/** A CPF or CNPJ with or without its dots, slash and hyphen: undefined when it is neither. */
export function readTaxId(
  reader: FieldReader,
  field: string,
  input: TextInput,
  kinds: readonly ("CPF" | "CNPJ")[],
  messages: Messages,
): string | undefined {
  const code = reader.code(field, input, {
    ...messages,
    pattern: /^[0-9A-Z]+$/,
    punctuation: /[./]/g,
  });
  if (code === undefined) return undefined;
  const fits = kinds.some((kind) => (kind === "CPF" ? isCpf(code) : isCnpj(code)));
  return fits ? code : reader.refuse(field, messages.wrong);
}
