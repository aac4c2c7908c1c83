import { type DescMessage, fromJson, type JsonValue, type Registry } from "@bufbuild/protobuf";
import { TimestampSchema } from "@bufbuild/protobuf/wkt";
import { checkScalar } from "./check-scalar.ts";
import { wrappedField } from "./fields.ts";
import { isJsonObject } from "./json-tree.ts";
import { reasons } from "./reasons.ts";

/** What a check of google.protobuf.Any needs. */
export type WellKnownOptions = {
  /** The types that an Any may hold. */
  readonly registry: Registry | undefined;
  /** The limit for fromJson, which counts messages. */
  readonly recursionLimit: number;
};

/**
 * Whether a JSON value is the message, for messages with a JSON form of their own. Stricter
 * than fromJson, which takes the 30th of February and whatever follows the `s` of a duration.
 * Answers the reason, or undefined. The nesting of `json` is bounded by the caller.
 */
export function checkWellKnown(
  message: DescMessage,
  json: JsonValue,
  options: WellKnownOptions,
): string | undefined {
  const wrapped = wrappedField(message);
  if (wrapped !== undefined) {
    return checkScalar(wrapped.scalar, json);
  }
  switch (message.typeName) {
    case "google.protobuf.Timestamp":
      return isTimestamp(json) ? undefined : reasons.timestamp;
    case "google.protobuf.Duration":
      return isDuration(json) ? undefined : reasons.duration;
    case "google.protobuf.FieldMask":
      return typeof json === "string" && fieldMask.test(json) ? undefined : reasons.fieldMask;
    case "google.protobuf.Any":
      return isWellFormedJson(json) && isReadable(message, json, options) ? undefined : reasons.any;
    case "google.protobuf.Struct":
      return !isJsonObject(json) ? reasons.object : checkFree(json);
    case "google.protobuf.ListValue":
      return !Array.isArray(json) ? reasons.array : checkFree(json);
    default:
      return checkFree(json);
  }
}

const fieldMask = /^([A-Za-z][A-Za-z0-9]*([.,][A-Za-z][A-Za-z0-9]*)*)?$/;
const timestamp =
  /^(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
const duration = /^-?(\d{1,12})(\.\d{1,9})?s$/;
const maxDurationSeconds = 315_576_000_000;

function isTimestamp(json: JsonValue): boolean {
  const match = typeof json === "string" ? timestamp.exec(json) : null;
  if (match === null) {
    return false;
  }
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  // Day 0 of the next month is the last day of this one.
  const daysInMonth = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
  return (
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysInMonth &&
    isReadable(TimestampSchema, json, { registry: undefined, recursionLimit: 10 })
  );
}

function isDuration(json: JsonValue): boolean {
  const match = typeof json === "string" ? duration.exec(json) : null;
  return (
    match !== null && Number(match[1]) <= maxDurationSeconds - (match[2] === undefined ? 0 : 1)
  );
}

function isReadable(message: DescMessage, json: JsonValue, options: WellKnownOptions): boolean {
  const { registry, recursionLimit } = options;
  try {
    fromJson(message, json, { recursionLimit, ...(registry === undefined ? {} : { registry }) });
    return true;
  } catch {
    return false;
  }
}

function checkFree(json: JsonValue): string | undefined {
  return isWellFormedJson(json) ? undefined : reasons.struct;
}

// JSON.parse makes Infinity of 1e999, and lone surrogates of escapes.
function isWellFormedJson(json: JsonValue): boolean {
  if (typeof json === "string") {
    return json.isWellFormed();
  }
  if (typeof json === "number") {
    return Number.isFinite(json);
  }
  if (typeof json !== "object" || json === null) {
    return true;
  }
  return Object.entries(json).every(
    ([key, value]) => key.isWellFormed() && isWellFormedJson(value),
  );
}
