import { type JsonValue, type Message, type Registry, toJson } from "@bufbuild/protobuf";
import type { Route } from "./compile.ts";

/**
 * Writes the response message of a route as the bytes of its JSON: lowerCamelCase, int64 as
 * strings, zero and empty fields printed. With `response_body` the field alone, and null where
 * it is a message that is not set. Throws when an Any holds a type that the registry lacks.
 */
export function encodeResponse(
  route: Route,
  message: Message,
  registry: Registry | undefined,
): Buffer {
  const json = toJson(route.spec.method.output, message, {
    alwaysEmitImplicit: true,
    ...(registry === undefined ? {} : { registry }),
  });
  return Buffer.from(JSON.stringify(pick(route, json)));
}

function pick(route: Route, json: JsonValue): JsonValue {
  if (route.responseField === undefined) {
    return json;
  }
  return (json as Record<string, JsonValue>)[route.responseField.jsonName] ?? null;
}
