import type { DescMethod, JsonObject, JsonValue } from "@bufbuild/protobuf";
import type { Contract } from "../contract.ts";
import { fence, kebab } from "../markdown.ts";
import { bufCommand, connectCommand, restCommand, restRequest } from "./curl.ts";
import { type Before, type Example, findMethod } from "./example.ts";
import { jsonText, shortened, withoutEmpty } from "./json-tree.ts";
import { typescriptOutput, typescriptProgram } from "./typescript.ts";

/** What stands where no answer was recorded yet. */
const NOT_RECORDED = "...";

/** An example on a page: what must be there, and the same request on every face, each with its answer. */
export function renderExample(contract: Contract, method: DescMethod, example: Example): string {
  const call = { ...example, method };
  const stream = method.methodKind === "server_streaming";
  const { binding } = restRequest(contract, call);
  const wrap = (show: readonly string[]) =>
    binding.responseBody === "" ? show : show.map((path) => `${binding.responseBody}.${path}`);
  const wrapped =
    example.answer === undefined || binding.responseBody === ""
      ? example.answer
      : { [jsonNameOf(method, binding.responseBody)]: example.answer };
  const shortOf = (value: JsonValue | undefined) =>
    value === undefined ? NOT_RECORDED : shortened(value, wrap(example.show));
  const full =
    example.answer === undefined
      ? NOT_RECORDED
      : example.brief
        ? shortened(example.answer, example.show)
        : jsonText(example.answer);
  const mark = example.notRun === null ? "" : `<!-- not run: ${example.notRun} -->\n`;
  const run = (text: string) => mark + fence("sh", text);
  // A stream that is left ends with the status of whoever ends it.
  // A stream begins with a heartbeat, and goes on after what is shown of it.
  const more = (text: string) => (stream ? `{}\n${text}\n...` : text);
  const left = (status: number, text: string) =>
    (stream ? `<!-- exits: ${status} -->\n` : "") + run(text);
  const file = `${kebab(method.name)}.ts`;
  const printed =
    example.answer === undefined ? NOT_RECORDED : typescriptOutput(example.answer, example.show);
  return [
    ...setup(contract, example, run),
    "### curl, REST",
    left(28, restCommand(contract, call)),
    stream ? fence("text", serverSentEvent(example.answer)) : fence("json", full),
    "### curl, Connect",
    stream ? left(124, bufCommand(call, "connect")) : run(connectCommand(call)),
    fence("json", more(shortOf(wrapped))),
    "### buf curl, gRPC",
    left(124, bufCommand(call, "grpc")),
    fence("json", more(shortOf(wrapped === undefined ? undefined : withoutEmpty(wrapped)))),
    "### TypeScript",
    mark + fence(`ts ${file}`, typescriptProgram(method, example, binding.responseBody)),
    run(`npx node ${file}`),
    printed === "" ? "" : fence("text", printed),
  ]
    .filter((block) => block !== "")
    .join("\n\n");
}

/** An example's call over REST alone, with what must be there: what is run to record its answer. */
export function renderRecording(contract: Contract, method: DescMethod, example: Example): string {
  const settings = Object.entries(example.service).map(([name, value]) => `${name}=${value}`);
  return [
    settings.length === 0 ? "" : `<!-- service: ${settings.join(" ")} -->`,
    ...setup(contract, example, (text) => fence("sh", text)),
    fence("sh", restCommand(contract, { ...example, method })),
    fence("json", jsonText(example.answer ?? { "not recorded": true })),
  ].join("\n\n");
}

function setup(
  contract: Contract,
  { says, before }: Example,
  run: (text: string) => string,
): readonly string[] {
  return [says, ...before.map((each) => `${each.says}\n\n${run(renderBefore(contract, each))}`)];
}

/** The first message of a stream as a server-sent event. */
function serverSentEvent(answer: JsonValue | undefined): string {
  const event = ((answer as JsonObject | undefined)?.["event"] ?? {}) as JsonObject;
  return `:\n\nid: ${String(event["eventId"])}\nevent: ${String(event["type"])}\ndata: ...\n...`;
}

function jsonNameOf(method: DescMethod, name: string): string {
  return method.output.fields.find((field) => field.name === name)?.jsonName ?? name;
}

/** The setup of an example: calls over REST, of whose answers ids are kept in variables. */
function renderBefore(contract: Contract, { call, request, take }: Before): string {
  const method = findMethod(contract, call);
  if (method === undefined) throw new Error(`there is no operation "${call}"`);
  const command = restCommand(contract, { method, request, idempotencyKey: null, seconds: null });
  const [first, ...more] = Object.entries(take);
  if (first === undefined) return `${command} > /dev/null`;
  const [name, field] = first;
  if (more.length > 0) throw new Error(`the setup of an example takes one value`);
  return `export ${name}=$(${command} |\n  grep -o '"${field}":"[^"]*' | head -1 | cut -d'"' -f4)`;
}
