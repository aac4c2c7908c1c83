import type { DescField, JsonValue } from "@bufbuild/protobuf";
import { ScalarType } from "@bufbuild/protobuf";
import { wrappedField } from "./fields.ts";

/**
 * Turns the text of a path variable or a query parameter into the JSON value of the field (of
 * one element, for a repeated field). Text that does not fit is passed on as a string, for the
 * check of the whole request to refuse: so there is one place that judges values.
 *
 * Integers stay strings, which proto3 JSON allows: they never pass through a float.
 */
export function textToJson(field: DescField, text: string): JsonValue {
  if (field.enum !== undefined) {
    return /^-?\d{1,10}$/.test(text) ? Number(text) : text;
  }
  if (field.message === undefined) {
    return scalarToJson(field.scalar, text);
  }
  if (field.message.typeName === "google.protobuf.FieldMask") {
    return text.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  }
  const wrapped = wrappedField(field.message);
  return wrapped === undefined ? text : scalarToJson(wrapped.scalar, text);
}

function scalarToJson(scalar: ScalarType | undefined, text: string): JsonValue {
  if (scalar === ScalarType.BOOL) {
    return text === "true" ? true : text === "false" ? false : text;
  }
  return text;
}
