import type { DescFile } from "@bufbuild/protobuf";
import { checkPages } from "./check-pages.ts";
import { Contract, operationName } from "./contract.ts";
import { EXAMPLES, type Example, examplePath, readExample } from "./example/example.ts";
import { Faults } from "./fault.ts";
import { configurationPage } from "./pages/configuration.ts";
import { connectorsPage } from "./pages/connectors.ts";
import { enumsPage } from "./pages/enums.ts";
import { errorsPage } from "./pages/errors.ts";
import { eventsPage } from "./pages/events.ts";
import { indexPage } from "./pages/index.ts";
import { messagesIndexPage, messagesPages } from "./pages/messages.ts";
import { operationPage } from "./pages/operation.ts";
import { sandboxPage } from "./pages/sandbox.ts";
import { servicePage } from "./pages/service.ts";
import { statusesPage } from "./pages/statuses.ts";
import { RULES_PATH, type Rules, readRules } from "./rules.ts";
import type { Sources } from "./sources.ts";

/** Everything that pages are made of. */
export interface Model {
  readonly contract: Contract;
  readonly rules: Rules;
  /** By the operation's name, "PayoutService.Create". */
  readonly examples: ReadonlyMap<string, Example>;
  /** The contract's version: that of the package. */
  readonly version: string;
}

/** Pages by their paths in the repository. */
export type Pages = ReadonlyMap<string, string>;

/**
 * The pages of the reference. The same sources give the same bytes.
 *
 * @throws DocsFault with everything that is missing or wrong
 */
export function renderReference(files: readonly DescFile[], sources: Sources): Pages {
  const model = readModel(files, sources);
  const pages = new Map<string, string>([
    ...model.contract.services.map((service) => servicePage(model, service)),
    ...model.contract.services.flatMap(({ methods }) =>
      methods.map((method) => operationPage(model, method)),
    ),
    messagesIndexPage(model),
    ...messagesPages(model),
    enumsPage(model),
    statusesPage(model),
    errorsPage(model),
    eventsPage(model),
    configurationPage(model),
    connectorsPage(model),
    sandboxPage(model),
    indexPage(model),
  ]);
  const faults = new Faults();
  checkPages(model, pages, faults);
  faults.check();
  return pages;
}

export function readModel(files: readonly DescFile[], sources: Sources): Model {
  const contract = new Contract(files);
  const rules = readRules(sources.read(RULES_PATH) ?? "");
  const { version } = JSON.parse(sources.read("package.json") ?? "{}") as { version: string };
  const faults = new Faults();
  contract.checkComments(faults);
  const examples = readExamples(contract, sources, faults);
  checkRules(contract, rules, faults);
  faults.check();
  return { contract, rules, examples, version };
}

function readExamples(
  contract: Contract,
  sources: Sources,
  faults: Faults,
): ReadonlyMap<string, Example> {
  const examples = new Map<string, Example>();
  const paths = new Set(sources.list(EXAMPLES).filter((path) => path.endsWith(".json")));
  for (const method of contract.services.flatMap(({ methods }) => methods)) {
    const path = examplePath(method);
    const text = sources.read(path);
    paths.delete(path);
    if (text !== null)
      examples.set(operationName(method), readExample(contract, method, text, faults));
    else faults.add(path, `is missing: ${operationName(method)} has no example`);
  }
  for (const path of paths) faults.add(path, "is the example of no operation");
  return examples;
}

/** The rules and the contract name the same services and operations. */
function checkRules(contract: Contract, rules: Rules, faults: Faults): void {
  const where = (line: number) => `${RULES_PATH}:${line}`;
  const services = new Set(contract.services.map(({ name }) => name));
  const operations = new Set(
    contract.services.flatMap(({ methods }) => methods).map(operationName),
  );
  for (const name of services) {
    if (!rules.services.has(name)) faults.add(RULES_PATH, `the service ${name} is not there`);
  }
  for (const name of operations) {
    if (!rules.operations.has(name)) faults.add(RULES_PATH, `the operation ${name} is not there`);
  }
  for (const [name, { line }] of rules.services) {
    if (!services.has(name)) faults.add(where(line), `there is no service ${name}`);
  }
  for (const [name, { line, errors }] of rules.operations) {
    if (!operations.has(name)) faults.add(where(line), `there is no operation ${name}`);
    for (const { line: at, reason } of errors) {
      const given = rules.reasons.get(reason);
      if (given === undefined) faults.add(where(at), `${reason} is not under "Errors"`);
      else if (given.givenBy !== "operations") {
        faults.add(where(at), `${reason} is given by ${given.givenBy}: it is not listed here`);
      }
    }
  }
  const listed = new Set(
    [...rules.operations.values()].flatMap(({ errors }) => errors.map((e) => e.reason)),
  );
  for (const [reason, { line, givenBy }] of rules.reasons) {
    if (givenBy === "operations" && !listed.has(reason)) {
      faults.add(where(line), `no operation gives ${reason}`);
    }
  }
}
