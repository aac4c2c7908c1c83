import type { DescField, DescMessage, DescOneof, JsonValue } from "@bufbuild/protobuf";
import { checkEnum, checkMapKey, checkScalar } from "./check-scalar.ts";
import { checkWellKnown, type WellKnownOptions } from "./check-well-known.ts";
import { nameForCaller, type Violation } from "./errors.ts";
import { fieldsOf, isWellKnown } from "./fields.ts";
import { isJsonObject } from "./json-tree.ts";
import { reasons } from "./reasons.ts";

/** How many violations one answer names at most: enough to mend a form, bounded all the same. */
const maxViolations = 16;

/**
 * Checks a JSON value against a message, before fromJson reads it, and answers what is wrong by
 * proto path with constant reasons, in the order of the JSON. An empty answer means that
 * fromJson takes it. The nesting of `json` is bounded by the caller.
 */
export function checkJson(
  message: DescMessage,
  json: JsonValue,
  options: WellKnownOptions,
): Violation[] {
  const walk: Walk = { violations: [], options };
  if (!isJsonObject(json)) {
    return [{ field: "", description: reasons.bodyObject }];
  }
  checkMessage(message, json, "", walk);
  return walk.violations;
}

type Walk = { readonly violations: Violation[]; readonly options: WellKnownOptions };

function checkMessage(message: DescMessage, json: JsonValue, path: string, walk: Walk): void {
  if (isWellKnown(message)) {
    report(walk, path, checkWellKnown(message, json, walk.options));
    return;
  }
  if (!isJsonObject(json)) {
    report(walk, path, reasons.object);
    return;
  }
  const fields = fieldsOf(message);
  const seen = new Set<DescField | DescOneof>();
  for (const key of Object.keys(json)) {
    if (walk.violations.length >= maxViolations) {
      return;
    }
    const field = fields.get(key);
    const value = json[key] ?? null;
    if (field === undefined) {
      report(walk, join(path, nameForCaller(key)), reasons.unknownField);
      continue;
    }
    const fieldPath = join(path, field.name);
    if (seen.has(field)) {
      report(walk, fieldPath, reasons.givenTwice);
      continue;
    }
    seen.add(field);
    // null resets a field; in a oneof only a scalar's null is as good as absent (fromJson).
    const counts = value !== null || field.fieldKind !== "scalar";
    if (field.oneof !== undefined && counts) {
      if (seen.has(field.oneof)) {
        report(walk, fieldPath, reasons.oneof);
        continue;
      }
      seen.add(field.oneof);
    }
    if (value !== null) {
      checkField(field, value, fieldPath, walk);
    }
  }
}

function checkField(field: DescField, json: JsonValue, path: string, walk: Walk): void {
  if (field.fieldKind === "list") {
    if (!Array.isArray(json)) {
      report(walk, path, reasons.array);
      return;
    }
    for (const [index, element] of json.entries()) {
      if (walk.violations.length >= maxViolations) {
        return;
      }
      checkValue(field, element, `${path}[${index}]`, walk);
    }
  } else if (field.fieldKind === "map") {
    if (!isJsonObject(json)) {
      report(walk, path, reasons.object);
      return;
    }
    for (const [key, value] of Object.entries(json)) {
      if (walk.violations.length >= maxViolations) {
        return;
      }
      const entryPath = `${path}[${JSON.stringify(nameForCaller(key))}]`;
      report(walk, entryPath, checkMapKey(field.mapKey, key));
      checkValue(field, value, entryPath, walk);
    }
  } else {
    checkValue(field, json, path, walk);
  }
}

/** One value: of a singular field, an element of a list, or the value of a map entry. */
function checkValue(field: DescField, json: JsonValue, path: string, walk: Walk): void {
  if (json === null && !takesNull(field)) {
    report(walk, path, reasons.notNull);
  } else if (field.message !== undefined) {
    checkMessage(field.message, json, path, walk);
  } else if (field.enum !== undefined) {
    if (field.enum.typeName !== "google.protobuf.NullValue" || json !== null) {
      report(walk, path, checkEnum(field.enum, json));
    }
  } else {
    report(walk, path, checkScalar(field.scalar, json));
  }
}

function takesNull(field: DescField): boolean {
  const typeName = field.message?.typeName ?? field.enum?.typeName;
  return typeName === "google.protobuf.Value" || typeName === "google.protobuf.NullValue";
}

function report(walk: Walk, field: string, description: string | undefined): void {
  if (description !== undefined) {
    walk.violations.push({ field, description });
  }
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
