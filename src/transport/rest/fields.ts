import type { DescField, DescMessage } from "@bufbuild/protobuf";

const byName = new WeakMap<DescMessage, ReadonlyMap<string, DescField>>();

/**
 * The fields of a message by both of their names: as in the proto file (`page_size`) and as in
 * JSON (`pageSize`). A Map, so that `__proto__` is a name like any other.
 */
export function fieldsOf(message: DescMessage): ReadonlyMap<string, DescField> {
  let fields = byName.get(message);
  if (fields === undefined) {
    fields = new Map(
      message.fields.flatMap((field) => [
        [field.name, field] as const,
        [field.jsonName, field] as const,
      ]),
    );
    byName.set(message, fields);
  }
  return fields;
}

/** A field within a message: the fields from the outermost to the one meant. */
export type FieldPath = readonly [DescField, ...DescField[]];

/**
 * Finds `a.b.c` from a message, each step by either name. Answers undefined where a step is not
 * a field, or goes through anything but a singular message with fields of its own: a Timestamp
 * or a wrapper is one value in JSON, so there is nothing inside to name.
 */
export function resolveFieldPath(
  message: DescMessage,
  names: readonly string[],
): FieldPath | undefined {
  const path: DescField[] = [];
  let current: DescMessage | undefined = message;
  for (const name of names) {
    const field: DescField | undefined =
      current === undefined ? undefined : fieldsOf(current).get(name);
    if (field === undefined) {
      return undefined;
    }
    path.push(field);
    current =
      field.fieldKind === "message" && !isWellKnown(field.message) ? field.message : undefined;
  }
  const [first, ...rest] = path;
  return first === undefined ? undefined : [first, ...rest];
}

/** The proto path, such as `filter.page_size`: how errors name a field. */
export function protoPath(path: readonly DescField[]): string {
  return path.map((field) => field.name).join(".");
}

/** Messages with a JSON form of their own (wrappers, Timestamp, Struct, Any ...). */
export function isWellKnown(message: DescMessage): boolean {
  return wellKnown.has(message.typeName);
}

const wrappers = [
  "Double",
  "Float",
  "Int64",
  "UInt64",
  "Int32",
  "UInt32",
  "Bool",
  "String",
  "Bytes",
];
const wellKnown: ReadonlySet<string> = new Set(
  [
    ...wrappers.map((name) => `${name}Value`),
    ...["Timestamp", "Duration", "FieldMask", "Any", "Struct", "Value", "ListValue"],
  ].map((name) => `google.protobuf.${name}`),
);

/** The one field of a wrapper such as google.protobuf.Int64Value; undefined for other messages. */
export function wrappedField(
  message: DescMessage,
): (DescField & { fieldKind: "scalar" }) | undefined {
  const field = message.fields[0];
  const isWrapper = wrappers.some((name) => message.typeName === `google.protobuf.${name}Value`);
  return isWrapper && field?.fieldKind === "scalar" ? field : undefined;
}
