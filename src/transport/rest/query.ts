import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import type { Route } from "./compile.ts";
import { invalidField, nameForCaller } from "./errors.ts";
import { type FieldPath, isWellKnown, protoPath, resolveFieldPath } from "./fields.ts";
import { getField, parentOf, setField } from "./json-tree.ts";
import { percentDecodeQuery } from "./percent.ts";
import { reasons } from "./reasons.ts";
import { sameValue } from "./same-value.ts";
import { textToJson } from "./text-value.ts";

/** Bounds of a query. */
export type QueryLimits = {
  /** How many `name=value` pairs a query may have. */
  readonly maxQueryParameters: number;
  /** How deep a dotted name may go. */
  readonly maxDepth: number;
};

/**
 * Puts the parameters of a query into the JSON tree of the request. Names are dotted field
 * paths in lowerCamelCase or snake_case; repeated scalars repeat. Throws a TranscodingError that
 * names the parameter when it is unknown, cannot be in a query, comes twice without being
 * repeated, belongs in the body, or says something else than the path does.
 */
export function readQuery(
  query: string,
  route: Route,
  tree: JsonObject,
  limits: QueryLimits,
): void {
  if (query === "") {
    return;
  }
  const seen = new Set<string>();
  const pairs = query.split("&", limits.maxQueryParameters + 1);
  if (pairs.length > limits.maxQueryParameters) {
    throw invalidField("", reasons.tooManyParameters);
  }
  for (const pair of pairs) {
    if (pair !== "") {
      readPair(pair, route, tree, seen, limits);
    }
  }
}

function readPair(
  pair: string,
  route: Route,
  tree: JsonObject,
  seen: Set<string>,
  limits: QueryLimits,
): void {
  const equals = pair.indexOf("=");
  const name = percentDecodeQuery(equals === -1 ? pair : pair.slice(0, equals));
  if (name === undefined) {
    throw invalidField("", reasons.percentEncoding);
  }
  const path = resolveParameter(name, route, limits);
  const text = percentDecodeQuery(equals === -1 ? "" : pair.slice(equals + 1));
  const fieldName = protoPath(path);
  if (text === undefined) {
    throw invalidField(fieldName, reasons.percentEncoding);
  }
  const field = path[path.length - 1] ?? path[0];
  const value = textToJson(field, text);
  const parent = parentOf(tree, path);
  if (field.fieldKind === "list") {
    const list = getField(parent, field);
    if (Array.isArray(list)) {
      list.push(value);
    } else {
      setField(parent, field, [value]);
    }
    return;
  }
  if (seen.has(fieldName)) {
    throw invalidField(fieldName, reasons.givenTwice);
  }
  seen.add(fieldName);
  const inPath: JsonValue | undefined = getField(parent, field);
  if (inPath !== undefined && !sameValue(field, inPath, value)) {
    throw invalidField(fieldName, reasons.givenInPath);
  }
  setField(parent, field, value);
}

function resolveParameter(name: string, route: Route, limits: QueryLimits): FieldPath {
  const names = name.split(".", limits.maxDepth + 1);
  if (names.length > limits.maxDepth) {
    throw invalidField(nameForCaller(name), reasons.tooManyDots);
  }
  const path = resolveFieldPath(route.spec.method.input, names);
  if (path === undefined) {
    throw invalidField(nameForCaller(name), reasons.unknownParameter);
  }
  if (route.body === "all") {
    throw invalidField(protoPath(path), reasons.noQueryWithBody);
  }
  const isInPath = route.variables.some((variable) => protoPath(variable.path) === protoPath(path));
  if (path[0] === route.body && !isInPath) {
    throw invalidField(protoPath(path), reasons.givenInBody);
  }
  const field = path[path.length - 1] ?? path[0];
  if (field.fieldKind === "map" || (field.fieldKind === "list" && field.message !== undefined)) {
    throw invalidField(protoPath(path), reasons.notInQuery);
  }
  if (field.fieldKind === "message") {
    if (!isWellKnown(field.message)) {
      throw invalidField(protoPath(path), reasons.messageInQuery);
    }
    if (notInQuery.has(field.message.typeName)) {
      throw invalidField(protoPath(path), reasons.notInQuery);
    }
  }
  return path;
}

const notInQuery: ReadonlySet<string> = new Set([
  "google.protobuf.Any",
  "google.protobuf.Struct",
  "google.protobuf.Value",
  "google.protobuf.ListValue",
]);
