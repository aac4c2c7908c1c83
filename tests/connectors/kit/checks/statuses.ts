import type { Outcome, ProcessorState } from "../../../../src/connectors/connector.ts";
import { isTerminal } from "../../../../src/domain/transition.ts";
import { Bench } from "../../../engine/bench.ts";
import { checkingIsOn } from "../../../processors/support/specs-folder.ts";
import { all, type Check, demand, type Kit, print } from "../check.ts";
import { Course } from "../course.ts";
import { EngineRun } from "../engine-run.ts";
import { canBeAsked, manifestOf } from "../manifest-of.ts";
import { AUTOMATIC, paid, stepsOfWay } from "../scenario.ts";
import { onStage } from "../stage.ts";
import type { StatusWords } from "../subject.ts";

/** Words that nobody has documented, some of which are names that every object has. */
const UNKNOWN = [
  "a_word_of_tomorrow",
  "constructor",
  "__proto__",
  "toString",
  "SUCCEEDED2",
  "paid!",
];

/** The map of status words is total; what is not known is PENDING, and kept as it came. */
export const statuses: Check = {
  name: "status words",
  cases: (kit) =>
    kit.subject.words.flatMap((words) => [
      { name: `${words.of}: every documented word is mapped`, run: async () => total(words) },
      { name: `${words.of}: each means what it means`, run: () => meanings(kit, words) },
      { name: `${words.of}: unknown words are PENDING and kept`, run: () => unknown(kit, words) },
      ...(isHeardOnce(kit)
        ? [{ name: `${words.of}: no word leaves it waiting for ever`, run: () => ends(kit, words) }]
        : []),
    ]),
};

/** Whether the answer to a call is all that is ever heard of it. */
function isHeardOnce(kit: Kit): boolean {
  return !canBeAsked(kit) && manifestOf(kit).webhookSignature === null;
}

function total({ meaning, documented }: StatusWords): void {
  if (documented === undefined || !checkingIsOn) return;
  const words = documented();
  demand(words && words.length > 0, "the document lists no words");
  const missing = words.filter((word) => !Object.hasOwn(meaning, word));
  demand(missing.length === 0, `the subject does not say what these mean: ${print(missing)}`);
}

async function meanings(kit: Kit, words: StatusWords): Promise<void> {
  await all(
    Object.entries(words.meaning),
    ([word]) => word,
    async ([word, wanted]) => {
      const state = await shown(kit, words, word);
      demand(state.status === wanted, `it should be ${wanted}: ${print(state)}`);
      if (wanted === "FAILED") demand(state.error, `it says FAILED and not why: ${print(state)}`);
    },
  );
}

async function unknown(kit: Kit, words: StatusWords): Promise<void> {
  await all(
    UNKNOWN,
    (word) => word,
    async (word) => {
      const state = await shown(kit, words, word);
      demand(state.status === "PENDING", `it should be PENDING: ${print(state)}`);
      demand(state.rawStatus === word, `the word should be kept: ${print(state)}`);
    },
  );
}

/** Whatever the answer says, the payout ends by it, or a person decides; and it is paid once at most. */
async function ends(kit: Kit, words: StatusWords): Promise<void> {
  const bench = await Bench.open();
  await all(
    [...Object.keys(words.meaning), ...UNKNOWN],
    (word) => word,
    (word) =>
      onStage(kit, async (stage) => {
        await words.show(stage.processor, word, []);
        const run = await EngineRun.open(bench, stage, await stage.order());
        const { status, waitingFor } = await run.until(() => false);
        const wanted = Object.hasOwn(words.meaning, word) ? words.meaning[word] : undefined;
        const isOver = wanted !== undefined && isTerminal(wanted);
        demand(
          isOver ? status === wanted : waitingFor?.reason === "REVIEW",
          `it should ${isOver ? `end as ${wanted}` : "wait for REVIEW"}: ${status}, ${print(waitingFor)}`,
        );
        run.expectAtMostOnce();
      }),
  );
}

/** What is heard of a payout that the processor shows with this word. */
function shown(kit: Kit, words: StatusWords, word: string): Promise<ProcessorState> {
  return canBeAsked(kit) ? looked(kit, words, word) : answered(kit, words, word);
}

/** By the answer to the last step, where nobody can be asked. */
function answered(kit: Kit, words: StatusWords, word: string): Promise<ProcessorState> {
  return onStage(kit, async (stage) => {
    const course = await Course.open(stage);
    const steps = stepsOfWay(course, AUTOMATIC);
    const last = steps.at(-1) ?? "";
    await course.go(steps.slice(0, -1));
    await words.show(stage.processor, word, course.references);
    return stateIn(await course.call(last));
  });
}

/** What is unknown is PENDING to the engine, and what is rejected has failed; the word is its code. */
function stateIn(outcome: Outcome<ProcessorState>): ProcessorState {
  if (outcome.kind === "accepted") return outcome.value;
  demand(outcome.kind !== "not_sent", `it has answered: ${print(outcome)}`);
  const { kind, error } = outcome;
  const rawStatus = error.connectorCode ?? "";
  return { status: kind === "rejected" ? "FAILED" : "PENDING", rawStatus, error };
}

function looked(kit: Kit, words: StatusWords, word: string): Promise<ProcessorState> {
  return onStage(kit, async (stage) => {
    const course = await paid(stage);
    await words.show(stage.processor, word, course.references);
    const result = await course.lookup();
    demand(result.kind === "found", `the look-up should find it: ${print(result)}`);
    return result.value;
  });
}
