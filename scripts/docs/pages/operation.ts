import type { DescMethod } from "@bufbuild/protobuf";
import { catalogueEntry, type ErrorReason } from "../../../src/domain/errors.ts";
import { PAYOUT_STATUSES, type PayoutStatus } from "../../../src/domain/payout.ts";
import { canTransition, INITIAL_STATUSES } from "../../../src/domain/transition.ts";
import { localName, operationName } from "../contract.ts";
import { renderExample } from "../example/render.ts";
import { DocsFault } from "../fault.ts";
import { requestTable, responseTable } from "../fields.ts";
import { introduction, referencePage } from "../frame.ts";
import { code, link, moveLinks, slug, table, wayTo } from "../markdown.ts";
import type { Model } from "../reference.ts";
import { type Giver, type OperationRules, RULES_PATH } from "../rules.ts";
import { ERRORS, messageAddress, operationPath, STATUSES, servicePath } from "../where.ts";

/** One operation: what it is for, what goes in and comes out, how it fails, and how it is called. */
export function operationPage(model: Model, method: DescMethod): readonly [string, string] {
  const { contract, rules, examples } = model;
  const path = operationPath(method);
  const said = rules.operations.get(operationName(method));
  const example = examples.get(operationName(method));
  if (said === undefined || example === undefined) throw new Error(`no rules for ${method.name}`);
  const move = (text: string) => moveLinks(text, RULES_PATH, path);
  const settings = Object.entries(example.service).map(([name, value]) => `${name}=${value}`);
  return referencePage(
    model,
    path,
    method.name,
    settings.length === 0 ? null : `<!-- service: ${settings.join(" ")} -->`,
    addresses(model, method, path),
    "## Purpose",
    contract.commentOf(method),
    move(said.purpose),
    `Use it when: ${move(said.useWhen)}`,
    said.scenarios.length === 0
      ? null
      : table(
          ["scenario", "outcome"],
          said.scenarios.map(({ cells }) => cells.map(move)),
        ),
    "## Request",
    method.input.fields.length === 0
      ? "The request has no fields."
      : requestTable(contract, method.input, path),
    groupsOf(model, method),
    "## Response",
    response(model, method, path),
    "## Errors",
    errors(model, method, said, path),
    said.steps.length === 0 ? null : `## Status effects\n\n${statusEffects(said, path)}`,
    "## Scope and idempotency",
    `The API key needs the scope ${code(contract.scopeOf(method))}.`,
    introduction(model, contract.isRead(method) ? "Reads" : "Mutations", path),
    "## Examples",
    introduction(model, "Examples", path),
    renderExample(contract, method, example),
  );
}

function addresses({ contract }: Model, method: DescMethod, path: string): string {
  const isStream = method.methodKind === "server_streaming";
  const rest = contract.bindingsOf(method).map(({ verb, path: at }) => code(`${verb} ${at}`));
  const rpc = code(`/${method.parent.typeName}/${method.name}`);
  return [
    `An operation of ${link(code(method.parent.name), wayTo(path, servicePath(method.parent)))}.`,
    table(
      ["face", "address"],
      [
        [isStream ? "REST, server-sent events" : "REST", rest.join("<br>")],
        ["gRPC, gRPC-Web, Connect", isStream ? `${rpc}, a server stream` : rpc],
      ],
    ),
  ].join("\n\n");
}

/** What must be given together, or must not. */
function groupsOf({ contract }: Model, method: DescMethod): string {
  return contract
    .oneOfRules(method.input)
    .map(({ fields, required }) => {
      const names = fields.map(code).join(", ");
      return `${required ? "Exactly" : "At most"} one of ${names} is given.`;
    })
    .join("\n\n");
}

function response({ contract }: Model, method: DescMethod, path: string): string {
  const { output } = method;
  if (output.fields.length === 0) return "An empty message; over REST the body is `{}`.";
  const binding = contract.bindingsOf(method)[0];
  const body = output.fields.find(({ name }) => name === binding?.responseBody);
  const whole = responseTable(contract, output, path);
  if (body?.message === undefined) return whole;
  const name = link(code(localName(body.message)), wayTo(path, messageAddress(body.message)));
  return [
    whole,
    `Over REST the body is the ${name} itself. Its fields:`,
    responseTable(contract, body.message, path),
  ].join("\n\n");
}

function errors(
  { contract, rules }: Model,
  method: DescMethod,
  said: OperationRules,
  path: string,
): string {
  const isRead = contract.isRead(method);
  const isList = method.input.fields.some(({ name }) => name === "page_token");
  const row = (reason: string): readonly string[] => {
    const { code: errorCode, httpStatus } = catalogueEntry(reason as ErrorReason);
    const whatToDo = rules.reasons.get(reason)?.whatToDo ?? "";
    return [
      link(code(reason), wayTo(path, `${ERRORS}#${slug(reason)}`)),
      String(httpStatus),
      code(errorCode),
      moveLinks(whatToDo, RULES_PATH, path),
    ];
  };
  const by = (giver: Giver) =>
    [...rules.reasons].filter(([, { givenBy }]) => givenBy === giver).map(([reason]) => reason);
  const own = [
    ...said.errors.map(({ reason }) => reason),
    ...(isList ? by("every list") : []),
    ...(isRead ? [] : by("every mutation")),
  ];
  const always = by("every call").map((reason) =>
    link(code(reason), wayTo(path, `${ERRORS}#${slug(reason)}`)),
  );
  return [
    own.length === 0 ? "" : table(["reason", "HTTP", "code", "what to do"], own.map(row)),
    `${own.length === 0 ? "What every call can give" : "And what every call can give"}: ${always.join(", ")}.`,
  ]
    .filter((block) => block !== "")
    .join("\n\n");
}

/** The steps that the operation makes, held against the code's own table, and those that can follow. */
function statusEffects({ steps, line }: OperationRules, path: string): string {
  const isStatus = (text: string): text is PayoutStatus =>
    (PAYOUT_STATUSES as readonly string[]).includes(text);
  const rows = steps.map(({ line: at, cells: [left = "", right = ""] }) => {
    const from = left.replaceAll("`", "");
    const to = right.replaceAll("`", "");
    const legal =
      isStatus(to) &&
      (from === "new"
        ? (INITIAL_STATUSES as readonly string[]).includes(to)
        : isStatus(from) && (from === to || canTransition(from, to)));
    if (!legal)
      throw new DocsFault([`${RULES_PATH}:${at}: a payout does not go from ${from} to ${to}`]);
    const next = PAYOUT_STATUSES.filter((each) => canTransition(to, each));
    return [
      from === "new" ? "(new)" : statusLink(from, path),
      from === to ? "stays" : statusLink(to, path),
      next.length === 0 ? "nothing: it has ended" : next.map(code).join(", "),
    ];
  });
  if (rows.length === 0) throw new DocsFault([`${RULES_PATH}:${line}: no steps`]);
  return [
    table(["from", "to", "what can follow"], rows),
    `Every other step that a payout can make is in ${link("statuses", wayTo(path, STATUSES))}.`,
  ].join("\n\n");
}

function statusLink(status: string, path: string): string {
  return link(code(status), wayTo(path, `${STATUSES}#${slug(status)}`));
}
