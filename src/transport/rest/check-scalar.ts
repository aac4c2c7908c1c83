import type { DescEnum, JsonValue } from "@bufbuild/protobuf";
import { ScalarType } from "@bufbuild/protobuf";
import { base64Decode } from "@bufbuild/protobuf/wire";
import { reasons } from "./reasons.ts";

/**
 * Whether a JSON value is one of the scalar type, as proto3 JSON has it, but strictly: integers
 * as strings are plain decimal digits, numbers beyond 2^53-1 must be strings (JSON.parse has
 * rounded them already), strings are well-formed Unicode. Answers the reason, or undefined.
 */
export function checkScalar(scalar: ScalarType, json: JsonValue): string | undefined {
  switch (scalar) {
    case ScalarType.STRING:
      return typeof json === "string" && json.isWellFormed() ? undefined : reasons.string;
    case ScalarType.BOOL:
      return typeof json === "boolean" ? undefined : reasons.bool;
    case ScalarType.BYTES:
      return isBase64(json) ? undefined : reasons.bytes;
    case ScalarType.FLOAT:
      return isFloat(json, floatMax) ? undefined : reasons.float;
    case ScalarType.DOUBLE:
      return isFloat(json, Number.MAX_VALUE) ? undefined : reasons.double;
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return isInteger(json, -(2n ** 31n), 2n ** 31n) ? undefined : reasons.int32;
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return isInteger(json, 0n, 2n ** 32n) ? undefined : reasons.uint32;
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return isInteger(json, -(2n ** 63n), 2n ** 63n) ? undefined : reasons.int64;
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return isInteger(json, 0n, 2n ** 64n) ? undefined : reasons.uint64;
  }
}

/** The same for the key of a map entry, which JSON always writes as a string. */
export function checkMapKey(scalar: ScalarType, key: string): string | undefined {
  if (scalar === ScalarType.BOOL) {
    return key === "true" || key === "false" ? undefined : reasons.bool;
  }
  return checkScalar(scalar, key);
}

/** The same for an enum: a name, or a number (any 32-bit number where the enum is open). */
export function checkEnum(desc: DescEnum, json: JsonValue): string | undefined {
  if (typeof json === "string") {
    return namesOf(desc).has(json) ? undefined : reasons.enum;
  }
  const fits =
    typeof json === "number" &&
    isInteger(json, -(2n ** 31n), 2n ** 31n) &&
    (desc.open || Object.hasOwn(desc.value, json));
  return fits ? undefined : reasons.enum;
}

const floatMax = 3.4028234663852886e38;
const specialFloats: ReadonlySet<JsonValue> = new Set(["NaN", "Infinity", "-Infinity"]);
const enumNames = new WeakMap<DescEnum, ReadonlySet<string>>();

function namesOf(desc: DescEnum): ReadonlySet<string> {
  let names = enumNames.get(desc);
  if (names === undefined) {
    names = new Set(desc.values.flatMap((value) => [value.name, value.jsonName]));
    enumNames.set(desc, names);
  }
  return names;
}

// `from` inclusive, `to` exclusive. The length of the text is bounded before BigInt reads it.
function isInteger(json: JsonValue, from: bigint, to: bigint): boolean {
  const exact =
    typeof json === "number"
      ? Number.isSafeInteger(json)
      : typeof json === "string" && /^-?\d{1,20}$/.test(json);
  if (!exact) {
    return false;
  }
  const value = BigInt(json as number | string);
  return value >= from && value < to;
}

function isFloat(json: JsonValue, max: number): boolean {
  if (specialFloats.has(json)) {
    return true;
  }
  const isText =
    typeof json === "string" && /^-?\d{1,400}(\.\d{1,400})?([eE][+-]?\d{1,5})?$/.test(json);
  return (typeof json === "number" || isText) && Math.abs(Number(json)) <= max;
}

function isBase64(json: JsonValue): boolean {
  if (typeof json !== "string") {
    return false;
  }
  try {
    base64Decode(json);
    return true;
  } catch {
    return false;
  }
}
