import {
  type DescField,
  type DescMessage,
  type DescMethod,
  getOption,
  hasOption,
  type JsonObject,
  type JsonValue,
} from "@bufbuild/protobuf";
import {
  type FieldRules,
  field as fieldRules,
  message as messageRules,
  oneof as oneofRules,
  type StringRules,
} from "../../../gen/buf/validate/validate_pb.js";

/** A rule of the contract with a bound, at one field of one request. */
export interface Bound {
  readonly method: DescMethod;
  /** As callers are told it, such as "payout_method_data.ach.routing_number". */
  readonly field: string;
  /** What is bounded, such as "max_len 64". */
  readonly rule: string;
  /** Where the value stands in the request's JSON. */
  readonly at: Path;
  /** The value on the bound; undefined: none can be told from the rule. */
  readonly good: JsonValue | undefined;
  /** The one past it; undefined: the field is left out. */
  readonly bad: JsonValue | undefined;
  /** What is told of the one past it. */
  readonly told: RegExp;
}

export type Path = readonly (string | number)[];

interface Case {
  readonly rule: string;
  readonly good: JsonValue | undefined;
  readonly bad: JsonValue | undefined;
  readonly told: RegExp;
}

/** Values on and past what each pattern of the contract takes. A pattern that is not here fails. */
const PATTERNS: Readonly<Record<string, readonly (readonly [good: string, bad: string])[]>> = {
  "^[A-Z]{3}$": [
    ["USD", "US"],
    ["USD", "USDT"],
    ["USD", "usd"],
  ],
  "^([A-Z]{3})?$": [
    ["", "US"],
    ["USD", "USDT"],
    ["USD", "usd"],
  ],
  "^([A-Z]{2})?$": [
    ["", "D"],
    ["DE", "DEU"],
    ["DE", "de"],
  ],
  "^[A-Za-z0-9_.:/-]{0,64}$": [
    ["a".repeat(64), "a".repeat(65)],
    ["A-Z_.:/9", "a b"],
    ["a", "a\n"],
  ],
  "^(#[0-9A-Fa-f]{6})?$": [
    ["", "#"],
    ["#1f5FD1", "#1f5fd"],
    ["#000000", "#1f5fd11"],
    ["#ffffff", "red"],
  ],
  "^[a-z0-9_-]{0,32}$": [
    ["a".repeat(32), "a".repeat(33)],
    ["a-z_9", "A"],
  ],
  "^[A-Z0-9_]{0,64}$": [
    ["A".repeat(64), "A".repeat(65)],
    ["A_9", "a"],
  ],
  "^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$": [
    ["", "d"],
    ["deu-12345678", "deu-123456789"],
    ["pt-BR", "deut"],
  ],
};

/** Every bound in the rules of these methods' requests. Throws for a rule that it does not know. */
export function boundsOf(methods: readonly DescMethod[]): readonly Bound[] {
  return methods.flatMap((method) =>
    walk(method.input, "", []).map((bound) => ({ method, ...bound })),
  );
}

type Found = Omit<Bound, "method">;

function walk(message: DescMessage, path: string, at: Path): readonly Found[] {
  if (message.typeName.startsWith("google.protobuf.")) return [];
  const ofOneofs = message.oneofs.flatMap((oneof): Found[] => {
    if (!hasOption(oneof, oneofRules)) return [];
    const rule = { rule: "oneof required", good: undefined, bad: {}, told: /^is required$/ };
    return [{ field: join(path, oneof.name), at, ...rule }];
  });
  const ofMessage = hasOption(message, messageRules)
    ? getOption(message, messageRules).oneof.flatMap(({ fields, required }): Found[] => {
        const [first = ""] = fields;
        const told = required ? /^give exactly one of / : /^give at most one of /;
        return [
          {
            field: join(path, first),
            rule: "one of several",
            at,
            good: undefined,
            bad: undefined,
            told,
          },
        ];
      })
    : [];
  return [
    ...ofOneofs,
    ...ofMessage,
    ...message.fields.flatMap((field) => ofField(field, path, at)),
  ];
}

function ofField(field: DescField, path: string, at: Path): readonly Found[] {
  const own = join(path, field.name);
  const here = [...at, field.jsonName];
  const rules = hasOption(field, fieldRules) ? getOption(field, fieldRules) : undefined;
  const found = (rules === undefined ? [] : casesOf(field, rules)).map(
    ({ suffix = "", wrap = (value) => value, ...each }): Found => ({
      ...each,
      field: `${own}${suffix}`,
      at: here,
      good: each.good === undefined ? undefined : wrap(each.good),
      bad: each.bad === undefined ? undefined : wrap(each.bad),
    }),
  );
  if (field.fieldKind === "message")
    return [...found, ...positive(field, rules, own, here), ...walk(field.message, own, here)];
  if (field.fieldKind === "list" && field.listKind === "message") {
    return [...found, ...walk(field.message, `${own}[0]`, [...here, 0])];
  }
  return found;
}

interface Wrapped extends Case {
  /** What the field's path ends with. */
  readonly suffix?: string;
  /** Puts a value where the field wants it. */
  readonly wrap?: (value: JsonValue) => JsonValue;
}

function casesOf(field: DescField, rules: FieldRules): readonly Wrapped[] {
  const required: Wrapped[] = rules.required
    ? [{ rule: "required", good: undefined, bad: undefined, told: /^is required$/ }]
    : [];
  return [...required, ...typeCases(field, rules)];
}

function typeCases(field: DescField, { type }: FieldRules): readonly Wrapped[] {
  switch (type.case) {
    case undefined:
      return [];
    case "string":
      return stringCases(type.value);
    case "int32":
    case "int64": {
      const { greaterThan, lessThan } = type.value;
      if (greaterThan.case !== "gte" || lessThan.case !== "lte") break;
      const [low, high] = [BigInt(greaterThan.value), BigInt(lessThan.value)];
      return [
        {
          rule: `gte ${low}`,
          good: String(low),
          bad: String(low - 1n),
          told: new RegExp(`at least ${low}\\b`),
        },
        {
          rule: `lte ${high}`,
          good: String(high),
          bad: String(high + 1n),
          told: new RegExp(`at most ${high}\\b`),
        },
      ].map((each) =>
        type.case === "int32" ? { ...each, good: Number(each.good), bad: Number(each.bad) } : each,
      );
    }
    case "enum":
      return enumCases(type.value.notIn.includes(0));
    case "repeated": {
      const { minItems, maxItems, unique, items } = type.value;
      const one = itemOf(field, items);
      const list = (count: number) => Array.from({ length: count }, () => one);
      const inside = (items === undefined ? [] : typeCases(field, items)).map((each) => ({
        ...each,
        suffix: "[0]",
        wrap: (value: JsonValue) => [value],
      }));
      return [
        ...(maxItems > 0n
          ? [
              {
                rule: `max_items ${maxItems}`,
                good: list(Number(maxItems)),
                bad: list(Number(maxItems) + 1),
                told: new RegExp(`at most ${maxItems} entries`),
              },
            ]
          : []),
        ...(minItems > 0n
          ? [
              {
                rule: `min_items ${minItems}`,
                good: list(Number(minItems)),
                bad: list(Number(minItems) - 1),
                told: /^is required$/,
              },
            ]
          : []),
        ...(unique
          ? [
              {
                rule: "unique",
                good: [one],
                bad: [one, one],
                told: /^must not name anything twice$/,
              },
            ]
          : []),
        ...inside,
      ];
    }
    case "map": {
      const { maxPairs, keys, values } = type.value;
      const many = (count: number) =>
        Object.fromEntries(Array.from({ length: count }, (_each, index) => [`k${index}`, "v"]));
      const told = (words: RegExp) => new RegExp(`${words.source}`);
      return [
        {
          rule: `max_pairs ${maxPairs}`,
          good: many(Number(maxPairs)),
          bad: many(Number(maxPairs) + 1),
          told: new RegExp(`at most ${maxPairs} entries`),
        },
        ...(keys?.type.case === "string" ? stringCases(keys.type.value) : []).map((each) => ({
          ...each,
          rule: `keys ${each.rule}`,
          // A key that is too short is told by its length, not as missing.
          told: /^a key (must be \d+ to \d+ characters long|is required)$/,
          wrap: (value: JsonValue) => ({ [String(value)]: "v" }),
        })),
        ...(values?.type.case === "string" ? stringCases(values.type.value) : []).map((each) => ({
          ...each,
          rule: `values ${each.rule}`,
          told: told(each.told.source.startsWith("^") ? /^a value / : each.told),
          wrap: (value: JsonValue) => ({ k: value }),
        })),
      ];
    }
  }
  throw new Error(`${field.parent.typeName}.${field.name}: no test knows the rules ${type.case}`);
}

function stringCases({ minLen, maxLen, pattern, in: oneOf }: StringRules): readonly Wrapped[] {
  const known = PATTERNS[pattern];
  if (pattern !== "" && known === undefined)
    throw new Error(`no test knows the pattern ${pattern}`);
  return [
    ...(maxLen > 0n
      ? [
          {
            rule: `max_len ${maxLen}`,
            good: "x".repeat(Number(maxLen)),
            bad: "x".repeat(Number(maxLen) + 1),
            told: new RegExp(`\\b${maxLen} characters long$`),
          },
        ]
      : []),
    // Characters are counted, not what they are made of; one length stands for all.
    ...(maxLen === 500n
      ? [
          {
            rule: `max_len ${maxLen} of many bytes`,
            good: "\u{1F4B8}".repeat(Number(maxLen)),
            bad: "\u{1F4B8}".repeat(Number(maxLen) + 1),
            told: new RegExp(`\\b${maxLen} characters long$`),
          },
        ]
      : []),
    ...(minLen > 0n
      ? [
          {
            rule: `min_len ${minLen}`,
            good: "x".repeat(Number(minLen)),
            bad: "x".repeat(Number(minLen) - 1),
            told: minLen === 1n ? /^is required$/ : /characters long$/,
          },
        ]
      : []),
    ...(oneOf.length > 0
      ? [{ rule: "in", good: oneOf[0] ?? "", bad: `${oneOf[0]}x`, told: /^must be one of / }]
      : []),
    ...(known ?? []).map(([good, bad]) => ({
      rule: `pattern ${pattern}`,
      good,
      bad,
      told: /^must be /,
    })),
  ];
}

function enumCases(notZero: boolean): readonly Wrapped[] {
  const told = /^must be one of the values of its enum$/;
  return [
    { rule: "defined_only", good: 1, bad: 99, told },
    ...(notZero ? [{ rule: "not_in 0", good: 1, bad: 0, told }] : []),
  ];
}

/** More than zero: the one rule that is written out. */
function positive(
  field: DescField,
  rules: FieldRules | undefined,
  path: string,
  at: Path,
): readonly Found[] {
  return (rules?.cel ?? []).map(({ id, message }) => {
    if (id !== "minor_amount.positive")
      throw new Error(`no test knows the rule ${id} of ${field.name}`);
    return {
      field: `${path}.minor_amount`,
      rule: id,
      at: [...at, "minorAmount"],
      good: "1",
      bad: "0",
      told: new RegExp(`^${message}$`),
    };
  });
}

/** An entry that a list takes. */
function itemOf(field: DescField, items: FieldRules | undefined): JsonValue {
  if (field.fieldKind === "list" && field.listKind === "message") return {};
  if (items?.type.case === "enum") return 1;
  if (items?.type.case === "string") return items.type.value.in[0] ?? "x";
  return "x";
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

/** A request with a value at a place; undefined takes away what is there. */
export function withValue(
  input: DescMessage,
  request: JsonObject,
  at: Path,
  value: JsonValue | undefined,
): JsonObject {
  const [name, ...rest] = at;
  if (typeof name !== "string") throw new Error("a path begins with a field");
  const field = input.fields.find(({ jsonName }) => jsonName === name);
  if (field === undefined) throw new Error(`${input.typeName} has no field ${name}`);
  const others = without(request, [name, ...rivals(input, field)]);
  if (rest.length === 0) return value === undefined ? others : { ...others, [name]: value };
  const message =
    field.fieldKind === "message" || (field.fieldKind === "list" && field.listKind === "message")
      ? field.message
      : undefined;
  if (message === undefined) throw new Error(`${name} holds no message`);
  const before = request[name];
  if (field.fieldKind === "list") {
    const [first = {}] = (before as JsonObject[] | undefined) ?? [];
    return { ...others, [name]: [inside(message, first, rest.slice(1), value)] };
  }
  return {
    ...others,
    [name]: inside(message, (before as JsonObject | undefined) ?? {}, rest, value),
  };
}

function inside(
  message: DescMessage,
  object: JsonObject,
  at: Path,
  value: JsonValue | undefined,
): JsonObject {
  // A whole message is given, such as an empty one.
  if (at.length === 0) return (value as JsonObject | undefined) ?? {};
  return withValue(message, object, at, value);
}

/** The fields that cannot stand beside one. */
function rivals(input: DescMessage, field: DescField): readonly string[] {
  const inOneof =
    field.oneof?.fields.filter((each) => each !== field).map(({ jsonName }) => jsonName) ?? [];
  const groups = hasOption(input, messageRules) ? getOption(input, messageRules).oneof : [];
  const inGroup = groups
    .filter(({ fields }) => fields.includes(field.name))
    .flatMap(({ fields }) => fields.filter((name) => name !== field.name))
    .map((name) => input.fields.find((each) => each.name === name)?.jsonName ?? "");
  return [...inOneof, ...inGroup];
}

function without(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}
