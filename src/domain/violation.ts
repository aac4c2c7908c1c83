/**
 * One thing wrong with a caller's input. `field` is the proto path, such as
 * `payout_method_data.ach.routing_number`; `message` is constant text that says the remedy and
 * never holds what the caller sent, since that may be an account number.
 */
export type FieldViolation = { readonly field: string; readonly message: string };

/** What a parser needs beside its input. `now` is milliseconds since 1970. */
export type ParseContext = { readonly now: number };

/** The path of a field below another; an empty prefix adds nothing. */
export function fieldPath(prefix: string, field: string): string {
  return prefix === "" ? field : `${prefix}.${field}`;
}
