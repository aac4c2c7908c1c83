import {
  type DescMessage,
  fromJson,
  type JsonObject,
  type JsonValue,
  type Message,
  type Registry,
} from "@bufbuild/protobuf";
import { checkJson } from "./check-json.ts";
import type { Route } from "./compile.ts";
import { invalidField, invalidRequest } from "./errors.ts";
import { parseJson, requireJson } from "./json-text.ts";
import { isJsonObject } from "./json-tree.ts";
import type { Match } from "./match.ts";
import { readPathVariables } from "./path-variables.ts";
import { readQuery } from "./query.ts";
import { reasons } from "./reasons.ts";

/** Bounds and types for reading requests. */
export type DecodeOptions = {
  /** How deep JSON arrays and objects, and dotted query names, may nest. */
  readonly maxDepth: number;
  /** How many parameters a query may have. */
  readonly maxQueryParameters: number;
  /** The types that a google.protobuf.Any may hold. */
  readonly registry: Registry | undefined;
};

/** The parts of an HTTP request that become the request message. */
export type EncodedRequest = {
  /** Without the question mark. */
  readonly query: string;
  readonly contentType: string | null;
  readonly contentEncoding: string | null;
  readonly body: Uint8Array;
};

/**
 * Reads the request message of a matched route. Body, path variables and query are first put
 * together as one proto3 JSON object, which is then checked and read as a whole: one place says
 * what a value may be, wherever it came from. Throws a TranscodingError (400 or 415) that names
 * the fields at fault.
 */
export function decodeRequest(
  match: Match,
  request: EncodedRequest,
  options: DecodeOptions,
): Message {
  const { route } = match;
  const { input } = route.spec.method;
  const tree = readBody(route, request, options.maxDepth);
  readPathVariables(match, tree);
  readQuery(request.query, route, tree, options);
  // fromJson counts messages, and two for each level of an Any; the depth itself is bounded.
  const recursionLimit = options.maxDepth * 2 + 10;
  const violations = checkJson(input, tree, { registry: options.registry, recursionLimit });
  if (violations.length > 0) {
    throw invalidRequest(violations);
  }
  try {
    const { registry } = options;
    return fromJson(input, tree, {
      recursionLimit,
      ...(registry === undefined ? {} : { registry }),
    });
  } catch {
    // The check knows what fromJson knows; should they ever differ, its message still echoes.
    throw invalidField("", reasons.unreadable);
  }
}

function readBody(route: Route, request: EncodedRequest, maxDepth: number): JsonObject {
  if (request.body.byteLength === 0) {
    return {};
  }
  if (route.body === "none") {
    throw invalidField("", reasons.noBody);
  }
  requireJson(request.contentType, request.contentEncoding);
  const json: JsonValue = parseJson(request.body, maxDepth);
  if (route.body !== "all") {
    return { [route.body.jsonName]: json };
  }
  if (!isJsonObject(json)) {
    throw invalidField("", reasons.bodyObject);
  }
  return json;
}

/**
 * Checks the bytes of a JSON message as strictly as a REST body, and answers them as text for a
 * parser of somebody else's. Throws a TranscodingError (400) that names the fields at fault.
 */
export function checkJsonMessage(
  message: DescMessage,
  bytes: Uint8Array,
  maxDepth: number,
): string {
  const json = bytes.byteLength === 0 ? {} : parseJson(bytes, maxDepth);
  const recursionLimit = maxDepth * 2 + 10;
  const violations = checkJson(message, json, { registry: undefined, recursionLimit });
  if (violations.length > 0) {
    throw invalidRequest(violations);
  }
  return JSON.stringify(json);
}
