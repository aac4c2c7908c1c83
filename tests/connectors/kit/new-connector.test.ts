import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, expect, it } from "vitest";
import { whyNotNamed } from "../../../scripts/new-connector/name.ts";
import { addConnector } from "../../../scripts/new-connector.ts";
import type { CreateConnector } from "../../../src/connectors/connector.ts";
import { all } from "./check.ts";
import { manifest } from "./checks/manifest.ts";
import { plan } from "./checks/plan.ts";
import type { ConnectorSubject } from "./subject.ts";

const ROOT = join(import.meta.dirname, "../../..");
const NAME = "newcomer";

const root = mkdtempSync(join(tmpdir(), "new-connector-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A folder whose entries are those of the repository, and which can have more. */
function mirror(folder: string): void {
  mkdirSync(join(root, folder), { recursive: true });
  for (const name of readdirSync(join(ROOT, folder))) {
    const isMirror = MIRRORED.some((each) => each.startsWith(`${folder}/${name}`));
    const isWritten = name === "generated.ts";
    if (!isMirror && !isWritten) symlinkSync(join(ROOT, folder, name), join(root, folder, name));
  }
}

const MIRRORED = ["src", "src/connectors", "tests", "tests/connectors", "tests/processors"];
for (const folder of MIRRORED) mirror(folder);
symlinkSync(join(ROOT, "package.json"), join(root, "package.json"));
const paths = addConnector(NAME, root);

it("makes a connector that compiles and is in the list", () => {
  expect(readFileSync(join(root, "src/connectors/generated.ts"), "utf8")).toContain(
    `import { createConnector as ${NAME} } from "./${NAME}/index.ts";`,
  );
  const { config } = ts.readConfigFile(join(ROOT, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const files = paths.map((path) => join(root, path));
  const program = ts.createProgram(files, options);
  const problems = files.flatMap((file) => {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  });
  expect(problems.map(({ messageText }) => messageText)).toEqual([]);
});

it("makes one that says what it is, and sends nothing", async () => {
  const { createConnector } = (await import(join(root, `src/connectors/${NAME}/index.ts`))) as {
    createConnector: CreateConnector;
  };
  const { subject } = (await import(join(root, `tests/connectors/${NAME}/subject.ts`))) as {
    subject: ConnectorSubject;
  };
  const kit = { name: NAME, create: createConnector, subject };
  const cases = [manifest, plan].flatMap((check) => check.cases(kit));
  await all(
    cases,
    ({ name }) => name,
    (each) => each.run(),
  );
});

it("touches nothing that is there", () => {
  expect(() => addConnector(NAME, root)).toThrow("newcomer is there already");
  expect(() => addConnector("stripe", root)).toThrow("stripe is there already");
});

it.each(["", "A", "Pay", "pay pal", "../pay", "pay-pal", "x", "toolkit", "import", "kit", "9pay"])(
  "refuses %j as a name",
  (name) => {
    expect(whyNotNamed(name, [])).toBeTypeOf("string");
  },
);
