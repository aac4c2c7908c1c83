import type { DescField, JsonValue } from "@bufbuild/protobuf";

/** Whether two JSON values of a scalar or enum field mean the same: 5 and "5", a name and its number. */
export function sameValue(field: DescField, a: JsonValue, b: JsonValue): boolean {
  return canonical(field, a) === canonical(field, b);
}

function canonical(field: DescField, json: JsonValue): string {
  if (field.enum !== undefined && typeof json === "string") {
    const value = field.enum.values.find((candidate) => candidate.name === json);
    return String(value?.number ?? json);
  }
  return typeof json === "object" ? JSON.stringify(json) : String(json);
}
