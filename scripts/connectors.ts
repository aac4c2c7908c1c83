import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = join(import.meta.dirname, "..", "src", "connectors");

/**
 * The list of connectors: every folder of src/connectors with an index.ts is one. A newcomer's folder is
 * found by this, and nobody edits a list.
 */
export function renderConnectors(folder = FOLDER): string {
  const names = readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, "index.ts")))
    .sort();
  const imports = names.map(
    (name) => `import { createConnector as ${name} } from "./${name}/index.ts";`,
  );
  return `// Written by "npm run generate" from the folders beside this file. Edits are lost.
import type { CreateConnector } from "./connector.ts";
${imports.join("\n")}

/** Every connector that works with merchants' accounts. */
export const CONNECTORS: readonly CreateConnector[] = [
${names.map((name) => `  ${name},`).join("\n")}
];
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(FOLDER, "generated.ts"), renderConnectors());
}
