import { checkingIsOn } from "../../../processors/support/specs-folder.ts";
import { all, type Check, demand, type Kit, print } from "../check.ts";
import { paid } from "../scenario.ts";
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
    ]),
};

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

/** What a look-up says of a payout that the processor shows with this word. */
function shown(kit: Kit, words: StatusWords, word: string) {
  return onStage(kit, async (stage) => {
    const course = await paid(stage);
    await words.show(stage.processor, word, course.references);
    const result = await course.lookup();
    demand(result.kind === "found", `the look-up should find it: ${print(result)}`);
    return result.value;
  });
}
