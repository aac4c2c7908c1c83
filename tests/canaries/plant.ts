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
  if (Array.isArray(value)) return value.map(() => canary);
  if (!isObject(value)) return canary;
  // Of an account's settings only the secret ones are kept from being seen.
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, old]) => [key, SECRET.test(key) ? canary : old]));
}

const SECRET = /key|secret|token/;

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
