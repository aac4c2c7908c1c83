import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildPrograms } from "../crash/programs.ts";
import { findPages, ROOT } from "./find-pages.ts";
import { readPage } from "./read-page.ts";
import { reportFaults, reportNotRun } from "./report.ts";
import { runPage } from "./run-page.ts";
import { writeAnswers } from "./write-answers.ts";

/**
 * npm run examples -- [--write] [PAGE...]: runs the examples of the pages, of all without a name.
 * --write puts what was printed into the pages, where they show something else.
 */
const { values, positionals } = parseArgs({
  options: { write: { type: "boolean", default: false } },
  allowPositionals: true,
});
const pages = positionals.length > 0 ? positionals : findPages();
const programs = await buildPrograms();
let failed = 0;

async function run(path: string): Promise<void> {
  const page = readPage(path, readFileSync(join(ROOT, path), "utf8"));
  const startedAt = performance.now();
  const requireTools = process.env["REQUIRE_TOOLS"] === "1";
  const result = await runPage(page, { program: programs.service, requireTools });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  write([`${path}: ${result.answers.length} run, ${result.faults.length} faults, ${seconds} s`]);
  write(reportNotRun(result).map((line) => `  ${line}`));
  if (result.faults.length > 0) write([reportFaults(result)]);
  failed += result.faults.length > 0 ? 1 : 0;
  const written = writeAnswers(page, result.answers);
  if (values.write && written !== page.markdown) {
    writeFileSync(join(ROOT, path), written);
    write([`  ${path} was written: look at the difference`]);
  }
}

function write(lines: readonly string[]): void {
  for (const line of lines) process.stdout.write(`${line}\n`);
}

try {
  const waiting = [...pages];
  const lanes = Array.from({ length: availableParallelism() }, async () => {
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) await run(path);
  });
  await Promise.all(lanes);
} finally {
  programs.remove();
}
process.exitCode = failed === 0 ? 0 : 1;
