import { readFileSync } from "node:fs";
import type { JsonObject, JsonValue } from "@bufbuild/protobuf";

/** An operation of gen/openapi.json, with all references at its top level resolved. */
export interface Operation {
  /** Such as "POST /v1/payouts/{payoutId}/void". */
  readonly name: string;
  readonly operationId: string;
  /** Where it is in the document, as a JSON pointer. */
  readonly pointer: string;
  readonly parameters: readonly Parameter[];
  readonly body: { readonly required: boolean } | null;
  /** By status, "default" among them. */
  readonly answers: ReadonlyMap<string, AnswerPart>;
}

export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly schema: JsonObject;
}

interface AnswerPart {
  /** Where its object is, references followed. */
  readonly pointer: string;
  readonly content: JsonObject;
}

export const OPENAPI: JsonObject = JSON.parse(
  readFileSync(new URL("../../gen/openapi.json", import.meta.url), "utf8"),
);

/** All operations under `paths`, with their path's segments. */
export const OPERATIONS: readonly (Operation & {
  readonly method: string;
  readonly segments: readonly string[];
})[] = Object.entries(objectAt(OPENAPI, "paths")).flatMap(([path, item]) =>
  Object.entries(item as JsonObject).map(([method, value]) => {
    const pointer = `#/paths/${escaped(path)}/${method}`;
    const operation = value as JsonObject;
    const body = operation["requestBody"] as JsonObject | undefined;
    return {
      name: `${method.toUpperCase()} ${path}`,
      operationId: String(operation["operationId"]),
      method: method.toUpperCase(),
      segments: path.slice(1).split("/"),
      pointer,
      parameters: ((operation["parameters"] ?? []) as JsonObject[]).map(parameterOf),
      body: body === undefined ? null : { required: body["required"] === true },
      answers: new Map(
        Object.entries(operation["responses"] as JsonObject).map(([status, answer]) => {
          const at = `${pointer}/responses/${status}`;
          const reference = (answer as JsonObject)["$ref"];
          const found = typeof reference === "string" ? reference : at;
          const content = (valueAt(found) as JsonObject)["content"] ?? {};
          return [status, { pointer: found, content: content as JsonObject }];
        }),
      ),
    };
  }),
);

/** The operation that a request is for: the one with the most literal path. */
export function operationFor(method: string, path: string) {
  const parts = path.slice(1).split("/").map(decoded);
  const wanted = method === "HEAD" ? "GET" : method;
  return OPERATIONS.filter((each) => each.method === wanted && fits(each.segments, parts)).sort(
    (a, b) => variables(a.segments) - variables(b.segments),
  )[0];
}

function fits(segments: readonly string[], parts: readonly string[]): boolean {
  if (segments.length !== parts.length) return false;
  return segments.every((segment, index) =>
    segment.startsWith("{") ? parts[index] !== "" : segment === parts[index],
  );
}

function variables(segments: readonly string[]): number {
  return segments.filter((segment) => segment.startsWith("{")).length;
}

function parameterOf(given: JsonObject): Parameter {
  const { $ref } = given;
  const found = typeof $ref === "string" ? (valueAt($ref) as JsonObject) : given;
  return {
    name: String(found["name"]),
    in: found["in"] as Parameter["in"],
    required: found["required"] === true,
    schema: found["schema"] as JsonObject,
  };
}

function valueAt(pointer: string): JsonValue {
  return pointer
    .slice(2)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<JsonValue>((value, part) => (value as JsonObject)[part] ?? null, OPENAPI);
}

function objectAt(value: JsonObject, name: string): JsonObject {
  return value[name] as JsonObject;
}

export function escaped(part: string): string {
  return part.replaceAll("~", "~0").replaceAll("/", "~1");
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
