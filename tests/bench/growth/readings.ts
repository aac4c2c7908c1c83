import type { Repository } from "../../../src/repository/repository.ts";
import { quantile } from "../statistics.ts";
import { type Question, questionsOf } from "./questions.ts";
import { openFilled, subjectOf } from "./subject.ts";

/** One question, and what it took in each database (milliseconds, median). */
export interface Reading {
  readonly name: string;
  readonly ms: readonly number[];
}

/** How often each is asked of each database, a few times in a row and the databases in turn. */
const TURNS = 7;
const IN_A_ROW = 5;
/** What takes longer than this is asked once in a turn (milliseconds). */
const LONG_MS = 100;

/** Asks the same of each database at its repository: what SQLite and the mapping of rows take. */
export async function readings(folders: readonly string[]): Promise<readonly Reading[]> {
  const repositories = folders.map(openFilled);
  try {
    const asked = repositories.map((repository, index) =>
      questionsOf(repository, subjectOf(folders[index] ?? "")),
    );
    const found: Reading[] = [];
    for (const [index, { name }] of (asked[0] ?? []).entries()) {
      found.push({ name, ms: await askInTurn(asked.map((questions) => questions[index])) });
    }
    return found;
  } finally {
    await Promise.all(repositories.map((repository: Repository) => repository.close()));
  }
}

async function askInTurn(questions: readonly (Question | undefined)[]): Promise<number[]> {
  const times = questions.map((): number[] => []);
  for (let turn = 0; turn < TURNS; turn += 1) {
    for (const [index, question] of questions.entries()) {
      for (let ask = 0; ask < IN_A_ROW; ask += 1) {
        const ms = await timed(() => question?.ask());
        // The first warms statements and pages.
        if (turn > 0) times[index]?.push(ms);
        if (ms > LONG_MS) break;
      }
    }
  }
  return times.map((each) => quantile(each, 0.5));
}

export async function timed(run: () => Promise<unknown> | undefined): Promise<number> {
  const began = performance.now();
  await run();
  return performance.now() - began;
}
