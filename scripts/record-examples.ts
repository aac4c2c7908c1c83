import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { DescMethod, JsonValue } from "@bufbuild/protobuf";
import { buildPrograms } from "../tests/crash/programs.ts";
import { readPage } from "../tests/docs/read-page.ts";
import { reportFaults } from "../tests/docs/report.ts";
import { runPage } from "../tests/docs/run-page.ts";
import { operationName } from "./docs/contract.ts";
import { contractFiles } from "./docs/contract-files.ts";
import { examplePath } from "./docs/example/example.ts";
import { renderRecording } from "./docs/example/render.ts";
import { readModel } from "./docs/reference.ts";
import { REPOSITORY } from "./docs/sources.ts";

/**
 * npm run examples:record -- [OPERATION...]: makes the calls of docs/rules/examples against a service and
 * keeps what it answers, all of them without a name. An answer that differs only in ids and times keeps its
 * bytes. The pages get the answers by npm run generate, and the test of pages runs every face.
 */
const ROOT = join(import.meta.dirname, "..");
const wanted = new Set(process.argv.slice(2));
const model = readModel(contractFiles(), REPOSITORY);
const waiting = model.contract.services
  .flatMap(({ methods }) => methods)
  .filter((method) => wanted.size === 0 || wanted.has(operationName(method)));
const programs = await buildPrograms();
let failed = 0;

async function record(method: DescMethod): Promise<void> {
  const name = operationName(method);
  const example = model.examples.get(name);
  if (example === undefined || example.notRun !== null || method.methodKind !== "unary") return;
  const page = readPage(`${name}.md`, renderRecording(model.contract, method, example));
  const run = await runPage(page, { program: programs.service, requireTools: true });
  const answer = run.answers.find(({ fence }) => fence === page.fences.at(-2));
  const broken = run.faults.filter(({ differences }) => differences.length === 0);
  if (answer === undefined || broken.length > 0) {
    failed += 1;
    process.stdout.write(`${name}: not recorded\n${reportFaults({ ...run, faults: broken })}\n`);
    return;
  }
  if (answer.right) return;
  keep(method, JSON.parse(answer.printed) as JsonValue);
  process.stdout.write(`${name}: recorded\n`);
}

function keep(method: DescMethod, answer: JsonValue): void {
  const path = join(ROOT, examplePath(method));
  const data = JSON.parse(readFileSync(path, "utf8")) as object;
  writeFileSync(path, `${JSON.stringify({ ...data, answer }, null, 2)}\n`);
}

try {
  const lanes = Array.from({ length: availableParallelism() }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await record(next);
  });
  await Promise.all(lanes);
} finally {
  programs.remove();
}
process.exitCode = failed === 0 ? 0 : 1;
