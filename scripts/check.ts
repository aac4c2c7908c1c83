import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { CLIENT_REASONS, renderClientReasons } from "./client-reasons.ts";
import { renderConnectors } from "./connectors.ts";
import { DocsFault, Faults } from "./docs/fault.ts";
import { checkLinks } from "./docs/links.ts";
import { SUMMARY } from "./docs/summary.ts";
import { summary } from "./summary.ts";

/**
 * Everything that CI asks for beside the tests: lint, format, types, import directions, a contract
 * that breaks nobody, and generated files that are what generating gives. Runs all, reports all.
 */
interface Check {
  readonly name: string;
  readonly run: () => boolean;
}

const checks: readonly Check[] = [
  command("lint and format", "biome", "check", "--error-on-warnings"),
  command("types", "tsc", "-p", "tsconfig.json"),
  command("types of what runs in browsers", "tsc", "-p", "tsconfig.browser.json"),
  command("types of the client package", "tsc", "-p", "client/tsconfig.json", "--noEmit"),
  command(
    "import directions",
    "depcruise",
    "--config",
    ".dependency-cruiser.mjs",
    "src",
    "client/src",
  ),
  command("contract lint", "buf", "lint"),
  command("contract format", "buf", "format", "--diff", "--exit-code"),
  command(
    "contract breaks nobody",
    "buf",
    "breaking",
    "proto",
    "--against",
    "proto/baseline.binpb",
  ),
  command("OpenAPI lint", "node", "scripts/lint-openapi.ts"),
  { name: "generated files", run: generatedIsCurrent },
  { name: "list of connectors", run: connectorsAreListed },
  { name: "the client's reasons", run: clientKnowsReasons },
  { name: "table of contents", run: contentsAreComplete },
  { name: "links", run: linksLeadSomewhere },
];

function command(name: string, program: string, ...args: string[]): Check {
  const run = () => spawnSync(program, args, { stdio: "inherit" }).status === 0;
  return { name, run };
}

/** The folders that `buf generate` writes. */
const GENERATED = ["gen", "docs/reference"];

/** Generates into an empty folder and compares byte by byte. */
function generatedIsCurrent(): boolean {
  const fresh = mkdtempSync(join(tmpdir(), "generated-"));
  try {
    const { status } = spawnSync("buf", ["generate", "-o", fresh], { stdio: "inherit" });
    if (status !== 0) return false;
    return GENERATED.map((folder) => isCurrent(folder, fresh)).every((current) => current);
  } finally {
    rmSync(fresh, { recursive: true });
  }
}

function isCurrent(folder: string, fresh: string): boolean {
  const expected = contents(join(fresh, folder));
  const committed = existsSync(folder) ? contents(folder) : new Map<string, string>();
  const names = new Set([...expected.keys(), ...committed.keys()]);
  const stale = [...names].filter((name) => expected.get(name) !== committed.get(name));
  for (const name of stale) {
    write(`${folder}/${name} is not what generating gives: npm run generate`);
  }
  return stale.length === 0;
}

/** Every folder that is a connector is in the list. */
function connectorsAreListed(): boolean {
  const path = "src/connectors/generated.ts";
  if (readFileSync(path, "utf8") === renderConnectors()) return true;
  write(`${path} is not what generating gives: npm run generate`);
  return false;
}

/** The client package knows every reason of the catalogue. */
function clientKnowsReasons(): boolean {
  if (readFileSync(CLIENT_REASONS, "utf8") === renderClientReasons()) return true;
  write("client/src/error-reasons.ts is not what generating gives: npm run generate");
  return false;
}

/** Every page is in docs/SUMMARY.md. */
function contentsAreComplete(): boolean {
  if (existsSync(SUMMARY) && readFileSync(SUMMARY, "utf8") === summary()) return true;
  write(`${SUMMARY} is not what generating gives: npm run generate`);
  return false;
}

/** Every relative link of every Markdown file leads to a file and a heading that there are. */
function linksLeadSomewhere(): boolean {
  const { stdout } = spawnSync("git", ["ls-files", "*.md"], { encoding: "utf8" });
  const names = stdout.split("\n").filter((name) => name !== "" && existsSync(name));
  const pages = new Map(names.map((name) => [name, readFileSync(name, "utf8")]));
  try {
    const faults = new Faults();
    checkLinks({ pages, exists: existsSync }, faults);
    faults.check();
    return true;
  } catch (error) {
    if (!(error instanceof DocsFault)) throw error;
    write(error.message);
    return false;
  }
}

function contents(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const files = names.map((name) => join(folder, name)).filter((path) => statSync(path).isFile());
  return new Map(files.map((path) => [relative(folder, path), readFileSync(path, "utf8")]));
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}

const failed = checks.filter(({ name, run }) => {
  write(`--- ${name}`);
  return !run();
});
write(`--- ${checks.length - failed.length} checks passed, ${failed.length} failed`);
for (const { name } of failed) write(`    failed: ${name}`);
process.exit(failed.length === 0 ? 0 : 1);
