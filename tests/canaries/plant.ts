import type { DescMessage, JsonObject, JsonValue } from "@bufbuild/protobuf";
import type { Canaries } from "./canaries.ts";
import { fieldName, isRedacted } from "./redacted-fields.ts";

/** A request (lowerCamelCase) with a canary in each of its redacted fields that are not empty. */
export function plant(message: DescMessage, request: JsonObject, canaries: Canaries): JsonObject {
  const entries = Object.entries(request).map(([key, value]): [string, JsonValue] => {
    const field = message.fields.find(({ jsonName }) => jsonName === key);
    if (field === undefined) return [key, value];
    if (isRedacted(field)) {
      const canary = canaries.of(fieldName(message, field.name));
      return [key, canary === null || value === "" ? value : withCanary(value, canary)];
    }
    const { message: inner, fieldKind } = field;
    if (inner === undefined || fieldKind !== "message" || !isObject(value)) return [key, value];
    return [key, plant(inner, value, canaries)];
  });
  return Object.fromEntries(entries);
}

function withCanary(value: JsonValue, canary: string): JsonValue {
  return Array.isArray(value) ? value.map(() => canary) : canary;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
