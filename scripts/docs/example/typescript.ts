import type {
  DescEnum,
  DescField,
  DescMessage,
  DescMethod,
  JsonObject,
  JsonValue,
} from "@bufbuild/protobuf";
import { localName } from "../contract.ts";
import { BASE_URL } from "./curl.ts";
import type { Example } from "./example.ts";
import { atom, layOut, type Tree } from "./tree.ts";

/** The services of the contract, as the client names them. */
const CLIENTS: Readonly<Record<string, string>> = {
  PayoutService: "payouts",
  RecipientService: "recipients",
  LinkService: "links",
  EventService: "events",
  WebhookEndpointService: "webhookEndpoints",
  ConnectorService: "connectors",
  RoutingService: "routing",
  AdminService: "admin",
  SandboxService: "sandbox",
};

/** A program that makes the example's request with payout-service-client, and prints what is shown. */
export function typescriptProgram(
  method: DescMethod,
  example: Example,
  responseBody: string,
): string {
  const imports = new Set(["createPayoutClient"]);
  const client = CLIENTS[method.parent.name];
  if (client === undefined) throw new Error(`the client has no name for ${method.parent.name}`);
  const shown = shownFields(method, example.show, responseBody);
  const call = callText(method, example, client, imports);
  const body =
    method.methodKind === "server_streaming"
      ? streamLines(shown, call, imports)
      : unaryLines(shown, call, imports);
  return [
    `import { ${[...imports].sort(byName).join(", ")} } from "payout-service-client";`,
    "",
    `const client = createPayoutClient({ baseUrl: "${BASE_URL}", apiKey: process.env.KEY });`,
    ...body,
  ].join("\n");
}

function callText(
  method: DescMethod,
  { request, idempotencyKey }: Example,
  client: string,
  imports: Set<string>,
): string {
  const tree = messageTree(method.input, request, imports);
  const call = `client.${client}.${method.localName}`;
  const isStream = method.methodKind === "server_streaming";
  const options = isStream
    ? "{ signal: end.signal }"
    : idempotencyKey === null
      ? null
      : `{ idempotencyKey: "${idempotencyKey}" }`;
  if (options === null) return `${call}(${layOut(tree, 0, call.length + 20, ",")})`;
  const flat = `${call}(${layOut(tree, -1000, 0, ",")}, ${options})`;
  if (flat.length < 60) return flat;
  return `${call}(\n  ${layOut(tree, 2, 0, ",")},\n  ${options},\n)`;
}

/** A field that is printed, and the fields that lead to it. */
interface Shown {
  readonly path: readonly DescField[];
}

function shownFields(
  method: DescMethod,
  show: readonly string[],
  responseBody: string,
): readonly Shown[] {
  return show.map((text) => {
    const names = [...(responseBody === "" ? [] : [responseBody]), ...text.split(".")];
    let message: DescMessage | undefined = method.output;
    const path = names.map((name): DescField => {
      const field = message?.fields.find((each) => each.name === name || each.jsonName === name);
      if (field === undefined) throw new Error(`"${text}" is no field of ${method.name}'s answer`);
      message = field.message;
      return field;
    });
    return { path };
  });
}

function unaryLines(
  shown: readonly Shown[],
  call: string,
  imports: Set<string>,
): readonly string[] {
  if (shown.length === 0) return [`await ${call};`];
  const roots = [...new Set(shown.map(({ path }) => path[0]?.localName ?? ""))];
  const lines = [`const { ${roots.join(", ")} } = await ${call};`];
  const list = shown[0]?.path[0];
  if (list?.fieldKind === "list" && list.message !== undefined) {
    const item = lowerFirst(localName(list.message));
    const values = shown.map(({ path }) => valueText(item, path.slice(1), imports, false));
    return [
      ...lines,
      `for (const ${item} of ${list.localName}) {`,
      `  console.log(${values.join(", ")});`,
      "}",
    ];
  }
  const values = shown.map(({ path }) =>
    valueText(path[0]?.localName ?? "", path.slice(1), imports, true),
  );
  return [...lines, `console.log(${values.join(", ")});`];
}

function streamLines(
  shown: readonly Shown[],
  call: string,
  imports: Set<string>,
): readonly string[] {
  const root = shown[0]?.path[0]?.localName ?? "";
  const values = shown.map(({ path }) => valueText(root, path.slice(1), imports, true));
  return [
    "const end = new AbortController();",
    `const answers = ${call};`,
    `for await (const { ${root} } of answers) {`,
    `  if (${root} === undefined) continue; // a heartbeat`,
    `  console.log(${values.join(", ").replaceAll(`${root}?.`, `${root}.`)});`,
    "  break; // the example ends here; a program goes on",
    "}",
    "end.abort();",
  ];
}

function valueText(
  root: string,
  path: readonly DescField[],
  imports: Set<string>,
  isOptional: boolean,
): string {
  const last = path.at(-1);
  const text = [root, ...path.map((field) => field.localName)].reduce(
    (left, right, index) => `${left}${index === 1 && !isOptional ? "." : "?."}${right}`,
  );
  if (last?.enum === undefined) return text;
  const name = enumName(last.enum);
  imports.add(name);
  return text.includes("?.") ? `${name}[${text} ?? 0]` : `${name}[${text}]`;
}

function messageTree(message: DescMessage, json: JsonObject, imports: Set<string>): Tree {
  const entries = Object.entries(json).map(([name, value]): [string, Tree] => {
    const field = message.fields.find((each) => each.jsonName === name || each.name === name);
    if (field === undefined) throw new Error(`${message.name} has no field "${name}"`);
    const tree = fieldTree(field, value, imports);
    if (field.oneof === undefined || field.proto.proto3Optional) return [field.localName, tree];
    const choice: Tree = {
      is: "object",
      entries: [
        ["case", atom(JSON.stringify(field.localName))],
        ["value", tree],
      ],
    };
    return [field.oneof.localName, choice];
  });
  return { is: "object", entries };
}

function fieldTree(field: DescField, value: JsonValue, imports: Set<string>): Tree {
  if (field.fieldKind === "list") {
    return {
      is: "array",
      items: (value as JsonValue[]).map((each) => valueTree(field, each, imports)),
    };
  }
  if (field.fieldKind === "map") {
    const entries = Object.entries(value as JsonObject).map(([name, each]): [string, Tree] => [
      /^[a-z_]\w*$/i.test(name) ? name : JSON.stringify(name),
      valueTree(field, each, imports),
    ]);
    return { is: "object", entries };
  }
  return valueTree(field, value, imports);
}

function valueTree(field: DescField, value: JsonValue, imports: Set<string>): Tree {
  const { message, enum: type } = field;
  if (type !== undefined) {
    imports.add(enumName(type));
    const found = type.values.find(({ name }) => name === value);
    return atom(`${enumName(type)}.${found?.localName ?? ""}`);
  }
  if (message?.typeName === "google.protobuf.Timestamp") {
    imports.add("timestampFromDate");
    return atom(`timestampFromDate(new Date(${stringText(String(value))}))`);
  }
  if (message?.typeName === "google.protobuf.Duration") {
    return atom(`{ seconds: ${String(value).replace(/s$/, "")}n }`);
  }
  if (message !== undefined) return messageTree(message, value as JsonObject, imports);
  if (field.scalar === 3) return atom(`${String(value)}n`);
  return atom(typeof value === "string" ? stringText(value) : JSON.stringify(value));
}

function stringText(value: string): string {
  const [, name] = /^\$([A-Z_]+)$/.exec(value) ?? [];
  return name === undefined ? JSON.stringify(value) : `process.env.${name} ?? ""`;
}

/** The name that generated code gives an enum: `Payout_Status`. */
function enumName(type: DescEnum): string {
  return localName(type).replaceAll(".", "_");
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** What the program prints for a recorded answer. */
export function typescriptOutput(answer: JsonValue, show: readonly string[]): string {
  const value = (of: JsonValue, path: string): string => {
    const found = path
      .split(".")
      .reduce<JsonValue | undefined>((at, name) => (at as JsonObject | undefined)?.[name], of);
    return typeof found === "string"
      ? found
      : found === undefined
        ? "undefined"
        : JSON.stringify(found);
  };
  const line = (of: JsonValue, paths: readonly string[]) =>
    paths.map((path) => value(of, path)).join(" ");
  const list = show[0]?.split(".")[0] ?? "";
  const items = (answer as JsonObject | null)?.[list];
  if (!Array.isArray(items)) return line(answer, show);
  const inner = show.map((path) => path.slice(list.length + 1));
  return items.map((item) => line(item, inner)).join("\n");
}

/** As formatters sort imports: without regard to case. */
function byName(a: string, b: string): number {
  return a.toLowerCase() < b.toLowerCase() ? -1 : 1;
}
