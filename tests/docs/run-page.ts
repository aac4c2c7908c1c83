import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { compare } from "./compare.ts";
import { freePort } from "./free-port.ts";
import type { Difference } from "./match-json.ts";
import { startPageService } from "./page-service.ts";
import { type Plan, planPage, type Step } from "./plan-page.ts";
import type { Fence, Page } from "./read-page.ts";
import { SampleMaker } from "./sample-values.ts";
import { type Ran, Shell } from "./shell.ts";
import { isInstalled, programsOf } from "./tools.ts";
import { Translation } from "./translation.ts";
import { makeWorkingFolder, type WorkingFolder } from "./working-folder.ts";

/** What a fence printed. */
export interface Answer {
  /** The fence that ran. */
  readonly fence: Fence;
  /** The fence that shows what it prints; null when the page does not show it. */
  readonly output: Fence | null;
  /** As a page would show it: this run's volatile values replaced by the page's, or by stable ones. */
  readonly printed: string;
  /** Whether the page shows just that. */
  readonly right: boolean;
}

export interface Fault {
  readonly line: number;
  readonly fault: string;
  readonly differences: readonly Difference[];
}

export interface PageRun {
  readonly path: string;
  readonly answers: readonly Answer[];
  readonly faults: readonly Fault[];
  readonly notRun: Plan["notRun"];
  /** Examples that wanted a program which is not installed. */
  readonly skipped: readonly { readonly line: number; readonly missing: string }[];
}

export interface RunOptions {
  /** The built service, dist/main.js. */
  readonly program: string;
  /** Whether a missing program is a fault. */
  readonly requireTools: boolean;
  /** In place of the service, for pages that do not call it. */
  readonly startService?: typeof startPageService;
}

const FENCE_LIMIT_MS = 30_000;
/** Between two tries of a fence that is repeated. */
const PAUSE_MS = 100;
/** Lines of standard error that a report shows. */
const LAST_WORDS = 8;

/** Runs the examples of a page, in order, against a service of its own. */
export async function runPage(page: Page, options: RunOptions): Promise<PageRun> {
  const plan = planPage(page);
  const faults: Fault[] = plan.faults.map((each) => ({ ...each, differences: [] }));
  const { path } = page;
  const record = {
    answers: [] as Answer[],
    faults,
    skipped: [] as { line: number; missing: string }[],
  };
  if (plan.steps.some((step) => step.do === "run")) {
    const folder = makeWorkingFolder(options.program);
    try {
      await runSteps(page, plan.steps, options, folder, record);
    } catch (error) {
      faults.push({ line: 1, fault: (error as Error).message, differences: [] });
    } finally {
      folder.remove();
    }
  }
  return { path, ...record, notRun: plan.notRun };
}

/** What running a page comes to, as it comes. */
interface Findings {
  readonly answers: Answer[];
  readonly faults: Fault[];
  readonly skipped: { line: number; missing: string }[];
}

async function runSteps(
  page: Page,
  steps: readonly Step[],
  options: RunOptions,
  folder: WorkingFolder,
  record: Findings,
): Promise<void> {
  const { program, startService = startPageService } = options;
  const service = await startService(program, folder.files, page.settings);
  const shell = new Shell(folder.files, folder.notes, {
    PATH: folder.path,
    HOME: process.env["HOME"] ?? folder.files,
    LANG: "C.UTF-8",
    KEY: service.apiKey,
    PAYOUT_API_KEY: service.apiKey,
    PAYOUT_API_URL: service.url,
  });
  try {
    const ports = new Map<string, string>();
    for (const port of page.ports) ports.set(port, await freePort());
    const { host } = new URL(service.url);
    const translation = new Translation({ host, apiKey: service.apiKey, ports });
    const samples = new SampleMaker(page, service.startedAt);

    for (const step of steps) {
      const { line, marks, text } = step.fence;
      const needs = new Set([...marks.needs, ...(step.do === "run" ? programsOf(text) : [])]);
      const missing = [...needs].filter((program) => !isInstalled(program)).join(", ");
      if (missing !== "") {
        record.skipped.push({ line, missing });
        if (options.requireTools) {
          record.faults.push({ line, fault: `${missing} is not installed`, differences: [] });
        }
      } else if (step.do === "save") {
        const file = join(folder.files, step.fileName);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, `${translation.toRun(text)}\n`);
      } else {
        await runFence(step, { shell, translation, samples, record });
      }
    }
  } finally {
    await shell.close();
    await service.stop();
  }
}

interface Run {
  readonly shell: Shell;
  readonly translation: Translation;
  readonly samples: SampleMaker;
  readonly record: Findings;
}

async function runFence(
  { fence, output }: Extract<Step, { do: "run" }>,
  { shell, translation, samples, record }: Run,
): Promise<void> {
  const { line, marks } = fence;
  const fault = (text: string, differences: readonly Difference[] = [], at = line) =>
    record.faults.push({ line: at, fault: text, differences });
  let ran: Ran;
  try {
    ran = await runUntil(shell, translation.toRun(fence.text), marks.until);
  } catch (error) {
    // Nothing after it can run either.
    throw new Error(`the fence in line ${line} ${(error as Error).message}`);
  }
  if (ran.status !== marks.exits) {
    const at = ran.failedLine === null ? line : line + ran.failedLine;
    fault(`ended with status ${ran.status} and not ${marks.exits}${lastWords(ran)}`, [], at);
  }

  const printed = translation.toPage(ran.stdout);
  if (output === null) {
    record.answers.push({ fence, output, printed: printed.trimEnd(), right: true });
    return;
  }
  const { pairs, differences } = compare(output.text, printed);
  const clashes = pairs.map((pair) => translation.bind(pair)).filter((text) => text !== null);
  for (const clash of clashes) fault(clash, [], output.line);
  if (differences.length > 0) {
    fault(`printed something else than the page shows${lastWords(ran)}`, differences, output.line);
  }
  const right = differences.length === 0 && clashes.length === 0;
  const shown = right
    ? output.text
    : translation.toSamples(laidOut(printed.trimEnd(), output), (value) => samples.make(value));
  record.answers.push({ fence, output, printed: shown, right });
}

/** Runs it once, or again and again until it prints that. */
async function runUntil(shell: Shell, script: string, until: string | null): Promise<Ran> {
  const end = Date.now() + FENCE_LIMIT_MS;
  for (;;) {
    const ran = await shell.run(script, FENCE_LIMIT_MS);
    if (until === null || ran.stdout.includes(until)) return ran;
    if (Date.now() > end) throw new Error(`did not print ${until}, but:\n${ran.stdout}`);
    await setTimeout(PAUSE_MS);
  }
}

/** The end of what it wrote on standard error. */
function lastWords({ stderr }: Ran): string {
  return ["", ...stderr.trim().split("\n").slice(-LAST_WORDS)].join("\n    ").trimEnd();
}

/** JSON in a json fence is for reading. */
function laidOut(printed: string, output: Fence): string {
  if (output.language !== "json") return printed;
  try {
    return JSON.stringify(JSON.parse(printed), null, 2);
  } catch {
    return printed;
  }
}
