import type { DescMethod, JsonObject, JsonValue } from "@bufbuild/protobuf";
import type { Binding, Contract } from "../contract.ts";
import { jsonText } from "./json-tree.ts";

export const BASE_URL = "http://127.0.0.1:8080";
const LINE = 118;
const KEY = '-H "Authorization: Bearer $KEY"';

export interface CurlCall {
  readonly method: DescMethod;
  readonly request: JsonObject;
  readonly idempotencyKey: string | null;
  /** Seconds after which a stream is left. */
  readonly seconds: number | null;
}

/** The request over REST, as its binding has it: path, query and body. */
export function restCommand(contract: Contract, call: CurlCall): string {
  const { binding, path, query, body } = restRequest(contract, call);
  const address = `${BASE_URL}${path}${query === "" ? "" : `?${query}`}`;
  const url = /[$&?]/.test(address) ? `"${address}"` : address;
  const hasBody = binding.body !== "";
  const verb = binding.verb === (hasBody ? "POST" : "GET") ? "" : ` -X ${binding.verb}`;
  const stream = call.seconds === null ? "" : `N --max-time ${call.seconds}`;
  return [
    ...withKey(`curl -s${stream}${verb} ${url}`),
    ...idempotency(call),
    ...(hasBody ? [`--json ${quoted(body)}`] : []),
  ].join(" \\\n  ");
}

/** The request over Connect: a POST of JSON to the RPC's name. */
export function connectCommand(call: CurlCall): string {
  return [
    ...withKey(`curl -s ${rpcUrl(call.method)}`),
    ...idempotency(call),
    `--json ${quoted(call.request)}`,
  ].join(" \\\n  ");
}

/** The request by `buf curl`, which asks the server for the schema. */
export function bufCommand(call: CurlCall, protocol: "grpc" | "connect"): string {
  const limit = call.seconds === null ? "" : `timeout ${call.seconds} `;
  return [
    `${limit}npx buf curl --http2-prior-knowledge --protocol ${protocol} ${KEY}`,
    ...idempotency(call),
    `-d ${quoted(call.request)}`,
    rpcUrl(call.method),
  ].join(" \\\n  ");
}

/** The key goes on the first line where that stays short. */
function withKey(command: string): readonly string[] {
  return command.length + KEY.length < LINE ? [`${command} ${KEY}`] : [command, KEY];
}

function rpcUrl(method: DescMethod): string {
  return `${BASE_URL}/${method.parent.typeName}/${method.name}`;
}

function idempotency({ idempotencyKey }: Pick<CurlCall, "idempotencyKey">): readonly string[] {
  return idempotencyKey === null ? [] : [`-H 'Idempotency-Key: ${idempotencyKey}'`];
}

/** JSON between single quotes, which are left for the shell's variables. */
function quoted(body: JsonObject): string {
  const text = jsonText(body, 2, 8).replace(/'/g, `'\\''`);
  return `'${text.replace(/\$([A-Z_]+)/g, `'$$$1'`)}'`;
}

export interface RestRequest {
  readonly binding: Binding;
  readonly path: string;
  readonly query: string;
  readonly body: JsonObject;
}

/** Puts each field of a request where its binding wants it. The binding is the first whose path it can fill. */
export function restRequest(
  contract: Contract,
  { method, request }: Pick<CurlCall, "method" | "request">,
): RestRequest {
  const names = new Map(method.input.fields.map((field) => [field.name, field.jsonName]));
  const given = (name: string) => request[names.get(name) ?? name];
  const binding = contract
    .bindingsOf(method)
    .find(({ path }) => variables(path).every((name) => given(name) !== undefined));
  if (binding === undefined) throw new Error(`the example of ${method.name} fills no path`);
  const inPath = variables(binding.path);
  const path = binding.path.replace(/\{([a-z_]+)\}/g, (_, name: string) => String(given(name)));
  const rest = Object.fromEntries(
    Object.entries(request).filter(([key]) => !inPath.some((name) => names.get(name) === key)),
  );
  if (binding.body === "*") return { binding, path, query: "", body: rest };
  const query = Object.entries(rest)
    .flatMap(([name, value]) => [value].flat().map((each) => `${name}=${queryText(each)}`))
    .join("&");
  return { binding, path, query, body: {} };
}

function variables(path: string): readonly string[] {
  return [...path.matchAll(/\{([a-z_]+)\}/g)].map(([, name = ""]) => name);
}

function queryText(value: JsonValue): string {
  const text = String(value);
  return text.startsWith("$") ? text : encodeURIComponent(text).replace(/%3A/g, ":");
}
