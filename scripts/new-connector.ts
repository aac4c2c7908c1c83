import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { renderConnectors } from "./connectors.ts";
import { whyNotNamed } from "./new-connector/name.ts";
import { renderNewConnector } from "./new-connector/render.ts";

const ROOT = join(import.meta.dirname, "..");

/** Where connectors, their tests and the fakes of their processors are: a name is taken if one has it. */
const FOLDERS = ["src/connectors", "tests/connectors", "tests/processors"];

/**
 * Writes what a new connector begins with, and puts it into the list. Nothing that is there is touched.
 *
 * @param root the repository's
 * @returns the paths of the new files
 * @throws Error that says why there can be none of this name
 */
export function addConnector(name: string, root = ROOT): readonly string[] {
  const folders = FOLDERS.map((folder) => join(root, folder));
  const taken = folders.flatMap((folder) => (existsSync(folder) ? readdirSync(folder) : []));
  const why = whyNotNamed(name, taken);
  if (why !== undefined) throw new Error(why);
  const files = renderNewConnector(name);
  for (const { path, text } of files) {
    const whole = join(root, path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, text, { flag: "wx" });
  }
  const connectors = join(root, "src/connectors");
  writeFileSync(join(connectors, "generated.ts"), renderConnectors(connectors));
  return files.map(({ path }) => path);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const name = process.argv[2] ?? "";
    const paths = addConnector(name);
    process.stdout.write(`${paths.join("\n")}\n`);
    process.stdout.write("Next: the fake, then the module, until the conformance kit is green:\n");
    process.stdout.write(`npx vitest run tests/connectors/kit -t '^${name} > '\n`);
    process.stdout.write("The way through: docs/guides/connector.md\n");
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\nusage: npm run new-connector NAME\n`);
    process.exitCode = 1;
  }
}
