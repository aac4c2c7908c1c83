import type { FieldViolation } from "../../domain/violation.ts";
import { fillText } from "./fill.ts";
import type { FieldText, FieldWords, Words } from "./languages/words.ts";
import { type Field, type FormValues, fieldOf } from "./method-fields.ts";
import type { Fault } from "./view.ts";

/** The page's words for what the rules found wrong, one a field, in the form's order. */
export function faultsOf(
  violations: readonly FieldViolation[],
  fields: readonly Field[],
  form: FormValues,
  { words, merchant }: { readonly words: Words; readonly merchant: string },
): readonly Fault[] {
  const wrong = new Set(violations.map(({ field }) => fieldOf(field, fields)));
  const faults = fields
    .filter((field) => wrong.has(field))
    .map((field): Fault => {
      const { missing, wrong: message } = fieldWords(words, field.text, merchant);
      return {
        field: field.name,
        message: (form.get(field.name) ?? "").trim() === "" ? missing : message,
      };
    });
  if (faults.length > 0) return faults;
  return [{ field: null, message: words.cannotPayThere }];
}

/** What is said of a field, with the merchant's name where it is told. */
export function fieldWords(words: Words, text: FieldText, merchant: string): FieldWords {
  const { label, hint, missing, wrong } = words.fields[text];
  return { label, hint: fillText(hint, { merchant }), missing, wrong };
}
