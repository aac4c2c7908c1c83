import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { OPENAPI } from "./document.ts";

const ID = "https://document.test/openapi.json";
let ajv: Ajv2020 | undefined;
const compiled = new Map<string, ValidateFunction>();

/**
 * What is wrong with a value by the schema at a JSON pointer of the document, or null. Answers may grow
 * for callers; here a property that the document lacks is wrong too. Compiled once for each process.
 */
export function faultAt(pointer: string, value: JsonValue): string | null {
  return faultOf(pointer, { $ref: `${ID}${encodeURI(pointer)}` }, value);
}

/** The same by a schema of one's own, which may refer to the document's; `key` names it. */
export function faultOf(key: string, schema: JsonObject, value: JsonValue): string | null {
  const validate = compiled.get(key) ?? instance().compile(schema);
  compiled.set(key, validate);
  if (validate(value)) return null;
  // The values are left out: the suite's output is searched for secrets.
  return (validate.errors ?? [])
    .map(({ instancePath, message, params }) => {
      const about = params as { additionalProperty?: string; allowedValues?: unknown };
      return `${instancePath || "/"} ${message}${about.additionalProperty === undefined ? "" : ` (${about.additionalProperty})`}`;
    })
    .join("; ");
}

/** The document's own references, seen from a schema of one's own. */
export function rooted(schema: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', `"$ref":"${ID}#/`));
}

function instance(): Ajv2020 {
  if (ajv === undefined) {
    ajv = new Ajv2020({ strict: false, validateSchema: false });
    addFormats.default(ajv);
    // ajv reads keywords at the root, where the document has others of its own.
    ajv.addSchema(closed(OPENAPI) as JsonObject, ID);
  }
  return ajv;
}

/** The same document, whose objects have no properties but their own. */
function closed(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== "object" || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, closed(part)]));
  const isOpen =
    copy["type"] === "object" &&
    typeof copy["properties"] === "object" &&
    copy["additionalProperties"] === undefined &&
    copy["$ref"] === undefined;
  return isOpen ? { ...copy, additionalProperties: false } : copy;
}
