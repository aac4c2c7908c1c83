/** Which way a body goes: `readOnly` may not be in requests, `writeOnly` not in replies. */
export type Direction = "request" | "reply";

/** Under this address the document's components are known to the validator. */
export const documentUri = "https://published.invalid/api.json";

type Json = Record<string, unknown>;

const schemaMaps = ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"];
const schemaLists = ["allOf", "anyOf", "prefixItems"];
const schemas = ["items", "additionalProperties", "not", "if", "then", "else", "contains"];
const kept = [
  "type",
  "enum",
  "const",
  "format",
  "pattern",
  "required",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "uniqueItems",
  "minProperties",
  "maxProperties",
  "multipleOf",
];

/**
 * A schema of OpenAPI 3.0 or 3.1 as JSON Schema 2020-12. Only keywords that are known are taken over,
 * so examples and defaults, which may hold anything, are never mistaken for schemas.
 */
export function toJsonSchema(source: unknown, direction: Direction): unknown {
  if (typeof source === "boolean") return source;
  if (!isObject(source)) return true;
  const schema: Json = {};
  for (const key of kept) if (source[key] !== undefined) schema[key] = source[key];
  if (typeof source["$ref"] === "string") {
    schema["$ref"] = source["$ref"].replace(/^#/, `${documentUri}#`);
  }
  takeBounds(source, schema);
  for (const key of schemas) {
    if (source[key] !== undefined) schema[key] = toJsonSchema(source[key], direction);
  }
  for (const key of schemaLists) {
    const list = source[key];
    if (Array.isArray(list)) schema[key] = list.map((each) => toJsonSchema(each, direction));
  }
  for (const key of schemaMaps) takeMap(source, schema, key, direction);
  takeOneOf(source, schema, direction);
  leaveOut(source, schema, direction);
  if (source["nullable"] === true) return { anyOf: [schema, { type: "null" }] };
  return schema;
}

/** The components that references reach, in the place where the references look for them. */
export function toSchemaDocument(document: Json, direction: Direction): Json {
  const components = isObject(document["components"]) ? document["components"] : {};
  const named = isObject(components["schemas"]) ? components["schemas"] : {};
  return { components: { schemas: mapValues(named, (each) => toJsonSchema(each, direction)) } };
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** In 3.0 the exclusive bounds are flags beside the bound; in 3.1 they are bounds themselves. */
function takeBounds(source: Json, schema: Json): void {
  for (const [bound, exclusive] of [
    ["minimum", "exclusiveMinimum"],
    ["maximum", "exclusiveMaximum"],
  ] as const) {
    if (typeof source[bound] === "number") {
      schema[source[exclusive] === true ? exclusive : bound] = source[bound];
    }
    if (typeof source[exclusive] === "number") schema[exclusive] = source[exclusive];
  }
}

function takeMap(source: Json, schema: Json, key: string, direction: Direction): void {
  const map = source[key];
  if (isObject(map)) schema[key] = mapValues(map, (each) => toJsonSchema(each, direction));
}

/**
 * "One of" becomes "any of". Published alternatives overlap (the fields that tell them apart are often
 * optional), and a discriminator names one without the others ceasing to match.
 */
function takeOneOf(source: Json, schema: Json, direction: Direction): void {
  const list = source["oneOf"];
  if (!Array.isArray(list)) return;
  const anyOf = list.map((each) => toJsonSchema(each, direction));
  if (schema["anyOf"] === undefined) schema["anyOf"] = anyOf;
  else schema["allOf"] = [...((schema["allOf"] as unknown[]) ?? []), { anyOf }];
}

/** Properties that do not travel this way are forbidden, and so cannot be required either. */
function leaveOut(source: Json, schema: Json, direction: Direction): void {
  const properties = source["properties"];
  if (!isObject(properties)) return;
  const flag = direction === "request" ? "readOnly" : "writeOnly";
  const out = Object.keys(properties).filter((name) => {
    const property = properties[name];
    return isObject(property) && property[flag] === true;
  });
  if (out.length === 0) return;
  const translated = schema["properties"] as Json;
  for (const name of out) translated[name] = false;
  if (Array.isArray(schema["required"])) {
    schema["required"] = schema["required"].filter((name) => !out.includes(name as string));
  }
}

function mapValues(map: Json, change: (value: unknown) => unknown): Json {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}
