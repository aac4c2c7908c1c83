import type { DescField, JsonObject, JsonValue } from "@bufbuild/protobuf";
import { invalidField } from "./errors.ts";
import { type FieldPath, protoPath } from "./fields.ts";
import { reasons } from "./reasons.ts";

/** Whether a JSON value is an object, and neither null nor an array. */
export function isJsonObject(json: JsonValue | undefined): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

/**
 * The value of a field in a JSON object, under either of its names; undefined when it is not
 * given. null is how proto3 JSON says "not given" as well.
 */
export function getField(object: JsonObject, field: DescField): JsonValue | undefined {
  const value = object[keyOf(object, field)];
  return value === null ? undefined : value;
}

/** Sets a field of a JSON object, under the name that is already there, if one is. */
export function setField(object: JsonObject, field: DescField, value: JsonValue): void {
  object[keyOf(object, field)] = value;
}

/**
 * The object that holds the last field of a path, made on the way where it is not there.
 * Throws a TranscodingError when something on the way is given and is not an object.
 */
export function parentOf(root: JsonObject, path: FieldPath): JsonObject {
  let object = root;
  for (const [depth, field] of path.slice(0, -1).entries()) {
    let next = getField(object, field);
    if (next === undefined) {
      next = {};
      setField(object, field, next);
    } else if (!isJsonObject(next)) {
      throw invalidField(protoPath(path.slice(0, depth + 1)), reasons.object);
    }
    object = next;
  }
  return object;
}

function keyOf(object: JsonObject, field: DescField): string {
  return field.jsonName !== field.name && Object.hasOwn(object, field.name)
    ? field.name
    : field.jsonName;
}
