import type { DescService } from "@bufbuild/protobuf";
import { oneLine, operationName } from "../contract.ts";
import { referencePage } from "../frame.ts";
import { code, firstSentence, link, moveLinks, table, wayTo } from "../markdown.ts";
import type { Model } from "../reference.ts";
import { RULES_PATH } from "../rules.ts";
import { operationPath, servicePath } from "../where.ts";

/** A service: what it is for, its operations, how they go together. */
export function servicePage(model: Model, service: DescService): readonly [string, string] {
  const { contract, rules } = model;
  const path = servicePath(service);
  const said = rules.services.get(service.name);
  if (said === undefined) throw new Error(`no rules for ${service.name}`);
  const move = (text: string) => moveLinks(text, RULES_PATH, path);
  const section = (title: string, text: string) =>
    text === "" ? null : `## ${title}\n\n${move(text)}`;
  return referencePage(
    model,
    path,
    service.name,
    section("Overview", `${contract.commentOf(service)}\n\n${said.overview}`),
    section("Business use cases", said.useCases),
    "## Operations",
    table(
      ["operation", "description", "use when"],
      service.methods.map((method) => [
        link(code(method.name), wayTo(path, operationPath(method))),
        firstSentence(oneLine(contract.commentOf(method))),
        move(rules.operations.get(operationName(method))?.useWhen ?? ""),
      ]),
    ),
    said.patterns.length === 0 ? null : "## Common patterns",
    ...said.patterns.map(({ title, text }) => `### ${title}\n\n${move(text)}`),
    section("Next steps", said.nextSteps),
  );
}
