import {
  type DescMethod,
  fromJson,
  type JsonObject,
  type JsonValue,
  toJson,
} from "@bufbuild/protobuf";
import { SERVICES } from "../../src/app.ts";
import type { Operation } from "./document.ts";
import { type Exchange, queryOf } from "./exchange.ts";
import { faultAt, faultOf, rooted } from "./validators.ts";

/**
 * What of a request that the service has taken is not as the document says; null when all is. The
 * service takes more spellings than the document has (snake_case, numbers of enums, null, a field of the
 * path in the body as well): a request that does not fit as it was sent must fit in the one spelling that
 * proto3 JSON writes.
 */
export function checkRequest(operation: Operation, exchange: Exchange): string | null {
  const method = methodOf(operation);
  if (method === undefined) return null;
  return bodyFault(operation, method, exchange) ?? parameterFault(operation, method, exchange);
}

function methodOf({ operationId }: Operation): DescMethod | undefined {
  const [service, name] = operationId.split(".");
  const desc = SERVICES.find((each) => each.name === service);
  // A second way to a method has a name that goes on: GetByMerchantPayoutId.
  return desc?.methods
    .filter((method) => name === method.name || name?.startsWith(`${method.name}By`))
    .sort((a, b) => b.name.length - a.name.length)[0];
}

function bodyFault(
  operation: Operation,
  method: DescMethod,
  { requestBody }: Exchange,
): string | null {
  if (requestBody.byteLength === 0) {
    return operation.body?.required === true ? "the body is required" : null;
  }
  if (operation.body === null) return "no body is described";
  const pointer = `${operation.pointer}/requestBody/content/application~1json/schema`;
  const sent: JsonValue = JSON.parse(requestBody.toString());
  const fault = faultAt(pointer, sent);
  if (fault === null) return null;
  const inPath = operation.parameters.filter((each) => each.in === "path").map(({ name }) => name);
  const rewritten = canonical(method, sent);
  return rewritten === null ? fault : faultAt(pointer, without(rewritten, inPath));
}

function parameterFault(
  operation: Operation,
  method: DescMethod,
  exchange: Exchange,
): string | null {
  const query = operation.parameters.filter((each) => each.in === "query");
  const given: Record<string, string[]> = {};
  for (const [name, value] of new URLSearchParams(queryOf(exchange))) {
    const field = method.input.fields.find((each) => each.name === name || each.jsonName === name);
    const known = field?.jsonName ?? name;
    given[known] = [...(given[known] ?? []), value];
  }
  const inPath = operation.parameters.filter((each) => each.in === "path").map(({ name }) => name);
  const values = Object.fromEntries(
    Object.entries(given)
      .filter(([name]) => !inPath.includes(name))
      .map(([name, texts]) => [
        name,
        jsonOf(query.find((each) => each.name === name)?.schema, texts),
      ]),
  );
  const schema: JsonObject = {
    type: "object",
    properties: Object.fromEntries(query.map(({ name, schema }) => [name, rooted(schema)])),
    required: query.filter(({ required }) => required).map(({ name }) => name),
    additionalProperties: false,
  };
  const key = `query of ${operation.name}`;
  const fault = faultOf(key, schema, values);
  if (fault !== null) {
    const rewritten = canonical(method, values);
    if (rewritten === null || faultOf(key, schema, rewritten) !== null) return `query: ${fault}`;
  }
  for (const { name, schema } of operation.parameters.filter((each) => each.in === "header")) {
    const value = exchange.requestHeaders[name.toLowerCase()];
    if (value === undefined) continue;
    const wrong = faultOf(`header ${name}`, rooted(schema), String(value));
    if (wrong !== null) return `header ${name}: ${wrong}`;
  }
  return null;
}

/** A parameter's texts as the JSON that its schema is about. */
function jsonOf(schema: JsonObject | undefined, texts: readonly string[]): JsonValue {
  const [first = ""] = texts;
  switch (schema?.["type"]) {
    case "array":
      return [...texts];
    case "integer":
      return /^-?\d+$/.test(first) ? Number(first) : first;
    case "boolean":
      return first === "true" ? true : first === "false" ? false : first;
    default:
      return first;
  }
}

/** A request in the one spelling that proto3 JSON writes; null for what is none. */
function canonical(method: DescMethod, json: JsonValue): JsonObject | null {
  const numbered = JSON.parse(JSON.stringify(json), (_key, value: unknown) =>
    Array.isArray(value) ? value.map(numberOf) : value,
  );
  try {
    return toJson(method.input, fromJson(method.input, numbered)) as JsonObject;
  } catch {
    return null;
  }
}

/** The number of an enum's value, which a query has as text. */
function numberOf(value: unknown): unknown {
  return typeof value === "string" && /^\d{1,2}$/.test(value) ? Number(value) : value;
}

function without(json: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(json).filter(([name]) => !names.includes(name)));
}
