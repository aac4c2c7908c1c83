import type { DescMethod, JsonObject, JsonValue } from "@bufbuild/protobuf";
import type { FuzzRandom } from "./fuzz-random.ts";
import { type CallInput, utf8 } from "./input.ts";
import { keyPlaceholder } from "./placeholders.ts";
import { type Binding, rpcPath } from "./rpcs.ts";

type Headers = (readonly [name: string, value: string])[];

/** The headers that most calls come with: a key, sometimes a key for repeats, sometimes a deadline. */
export function usualHeaders(random: FuzzRandom): Headers {
  const headers: Headers = [];
  if (!random.happens(0.02)) headers.push(["authorization", `Bearer ${keyOf(random)}`]);
  if (random.happens(0.1)) headers.push(["idempotency-key", `idem-${random.below(40)}`]);
  return headers;
}

function keyOf(random: FuzzRandom): string {
  return keyPlaceholder(random.weighted<number>([94, () => 0], [3, () => 1], [3, () => 2]));
}

/** One message in the envelope that gRPC, gRPC-Web and Connect's streams share. Latin1. */
export function framed(message: string, flags = 0, length = message.length): string {
  const head = Buffer.alloc(5);
  head[0] = flags & 0xff;
  head.writeUInt32BE(length >>> 0, 1);
  return head.toString("latin1") + message;
}

/** A call of an RPC with an encoded message, by one of the RPC protocols. */
export function rpcInput(
  method: DescMethod,
  codec: "proto" | "json",
  message: string,
  random: FuzzRandom,
): CallInput {
  const streams = method.methodKind !== "unary";
  const endless = streams ? { endless: true as const } : {};
  const call = { kind: "call", method: "POST", path: rpcPath(method), ...endless } as const;
  const headers = usualHeaders(random);
  if (streams) headers.push(["grpc-timeout", "100m"], ["connect-timeout-ms", "100"]);
  return random.weighted<CallInput>(
    [
      4,
      () => ({
        ...call,
        http: random.happens(0.9) ? 2 : 1,
        face: "grpc",
        headers: [["content-type", `application/grpc+${codec}`], ["te", "trailers"], ...headers],
        body: framed(message),
      }),
    ],
    [
      2,
      () => ({
        ...call,
        http: random.happens(0.5) ? 2 : 1,
        face: "grpc-web",
        headers: [["content-type", `application/grpc-web+${codec}`], ...headers],
        body: framed(message),
      }),
    ],
    [
      4,
      () => ({
        ...call,
        http: random.happens(0.5) ? 2 : 1,
        face: streams ? "connect-stream" : "connect",
        headers: [["content-type", `application/${streams ? "connect+" : ""}${codec}`], ...headers],
        body: streams ? framed(message) : message,
      }),
    ],
  );
}

/** A REST call of a request: path variables from it, the rest as body or query. */
export function restInput(binding: Binding, request: JsonObject, random: FuzzRandom): CallInput {
  const { path, rest } = filledPath(binding, request);
  const query = binding.hasBody ? "" : queryOf(rest);
  return restCall(
    binding,
    query === "" ? path : `${path}?${query}`,
    binding.hasBody ? utf8(JSON.stringify(rest)) : "",
    random,
  );
}

/** A REST call of a path and a body as they are. */
export function restCall(
  binding: Pick<Binding, "httpMethod" | "method">,
  path: string,
  body: string,
  random: FuzzRandom,
): CallInput {
  const headers = usualHeaders(random);
  if (body !== "") headers.push(["content-type", "application/json"]);
  return {
    kind: "call",
    http: random.happens(0.3) ? 2 : 1,
    face: "rest",
    method: binding.httpMethod,
    path,
    headers,
    body,
    ...(binding.method.methodKind === "unary" ? {} : { endless: true }),
  };
}

/** The path with the variables of the request in it, and what is left of the request. */
export function filledPath(
  { template, method }: Binding,
  request: JsonObject,
): { readonly path: string; readonly rest: JsonObject } {
  const rest = { ...request };
  const path = template.replace(/\{([a-z_.]+)(?:=[^}]*)?\}/g, (_whole, name: string) => {
    const jsonName = method.input.fields.find((field) => field.name === name)?.jsonName ?? name;
    const value = rest[jsonName];
    delete rest[jsonName];
    return encodeURIComponent(value === undefined ? "x" : String(value));
  });
  return { path, rest };
}

/** The parameters of a query: dotted names, lists repeated. */
export function queryOf(request: JsonObject): string {
  return parametersOf("", request)
    .map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`)
    .join("&");
}

function parametersOf(name: string, value: JsonValue): [string, string][] {
  if (Array.isArray(value)) return value.flatMap((each) => parametersOf(name, each));
  if (typeof value === "object" && value !== null) {
    const prefix = name === "" ? "" : `${name}.`;
    return Object.entries(value).flatMap(([key, each]) => parametersOf(prefix + key, each));
  }
  return [[name, String(value)]];
}
