import type { JsonObject, JsonValue } from "@bufbuild/protobuf";

/** What protovalidate asks of a field, in words. A rule for which there are no words is an error. */
export function rulesInWords(rules: JsonObject): readonly string[] {
  return Object.entries(rules).flatMap(([kind, value]) => {
    const say = SAY[kind];
    if (say === undefined) throw new Error(`there are no words for the rule "${kind}"`);
    return say(value as JsonObject);
  });
}

/** Whether a field must be given, by its own rules. */
export function isRequired(rules: JsonObject): boolean {
  const of = (kind: string) => (rules[kind] ?? {}) as JsonObject;
  return (
    rules["required"] === true ||
    Number(of("string")["minLen"] ?? 0) > 0 ||
    Number(of("repeated")["minItems"] ?? 0) > 0 ||
    ((of("enum")["notIn"] ?? []) as number[]).includes(0)
  );
}

const SAY: Readonly<Record<string, (value: JsonObject) => readonly string[]>> = {
  required: () => [],
  cel: (value) => (value as unknown as JsonObject[]).map(({ message }) => String(message)),
  string: (value) => [
    ...range(value["minLen"], value["maxLen"], "character"),
    ...(value["pattern"] === undefined ? [] : [`matches \`${String(value["pattern"])}\``]),
    ...list(value["in"], "one of"),
    ...unknown(value, ["minLen", "maxLen", "pattern", "in"]),
  ],
  enum: (value) => unknown(value, ["definedOnly", "notIn"]),
  int32: numbers,
  int64: numbers,
  repeated: (value) => [
    ...range(value["minItems"], value["maxItems"], "entr"),
    ...(value["unique"] === true ? ["no entry twice"] : []),
    ...rulesInWords((value["items"] ?? {}) as JsonObject).map((rule) => `each: ${rule}`),
    ...unknown(value, ["minItems", "maxItems", "unique", "items"]),
  ],
  map: (value) => [
    ...range(value["minPairs"], value["maxPairs"], "entr"),
    ...rulesInWords((value["keys"] ?? {}) as JsonObject).map((rule) => `keys: ${rule}`),
    ...rulesInWords((value["values"] ?? {}) as JsonObject).map((rule) => `values: ${rule}`),
    ...unknown(value, ["minPairs", "maxPairs", "keys", "values"]),
  ],
};

function numbers(value: JsonObject): readonly string[] {
  const [least, most] = [value["gte"], value["lte"]];
  return [
    ...(least !== undefined && most !== undefined
      ? [`${String(least)} to ${String(most)}`]
      : least !== undefined
        ? [`at least ${String(least)}`]
        : most !== undefined
          ? [`at most ${String(most)}`]
          : []),
    ...unknown(value, ["gte", "lte"]),
  ];
}

function range(
  least: JsonValue | undefined,
  most: JsonValue | undefined,
  what: string,
): readonly string[] {
  const many = what === "entr" ? "entries" : `${what}s`;
  const one = what === "entr" ? "entry" : what;
  if (least !== undefined && most !== undefined)
    return [`${String(least)} to ${String(most)} ${many}`];
  if (most !== undefined) return [`at most ${String(most)} ${many}`];
  return least === undefined
    ? []
    : [`at least ${String(least)} ${Number(least) === 1 ? one : many}`];
}

function list(values: JsonValue | undefined, lead: string): readonly string[] {
  if (values === undefined) return [];
  return [`${lead} ${(values as string[]).map((value) => `\`${value}\``).join(", ")}`];
}

function unknown(value: JsonObject, known: readonly string[]): readonly string[] {
  const more = Object.keys(value).filter((key) => !known.includes(key));
  if (more.length > 0) throw new Error(`there are no words for the rules ${more.join(", ")}`);
  return [];
}
