import { all, type Check, demand, type Kit, print } from "../check.ts";
import { Course } from "../course.ts";
import { AUTOMATIC, stepsOfWay } from "../scenario.ts";
import { foundIn, secretsOf } from "../secrets.ts";
import { onStage, type Stage } from "../stage.ts";

/**
 * Secrets turn up in no outcome, error or log, though the processor repeats in every sentence what it
 * was sent. That they turn up nowhere else either is verified at the end of every case of the kit.
 */
export const secrets: Check = {
  name: "secrets",
  cases: (kit) => [
    { name: "are not shown by what is accepted", run: () => onStage(kit, (stage) => walk(stage)) },
    { name: "are not shown by refusals that repeat them", run: () => refusalsThatRepeat(kit) },
    {
      name: "are not shown by refusals of credentials",
      run: () => credentialsThatAreRepeated(kit),
    },
  ],
};

function refusalsThatRepeat(kit: Kit): Promise<void> {
  return all(
    kit.subject.refusals,
    ({ name }) => name,
    (refusal) =>
      onStage(kit, async (stage) => {
        stage.keep(await refusal.prepare(stage.processor));
        await walk(stage);
      }),
  );
}

function credentialsThatAreRepeated(kit: Kit): Promise<void> {
  return onStage(kit, (stage) =>
    onStage(kit, async (other) => {
      const settings = { ...stage.account.settings };
      for (const { name, secret } of stage.module.accountFields) {
        const value = other.account.settings[name];
        if (secret && value !== undefined) settings[name] = value;
      }
      stage.account = { ...stage.account, settings, version: 2 };
      const order = await stage.order();
      const used = secretsOf(stage.module, { settings }, [order]);
      repeat(stage, used);
      const course = Course.of(stage, order);
      for (const step of stepsOfWay(course, AUTOMATIC)) await course.call(step);
      await course.lookup();
      const said = stage.calls.map(({ outcome }) => outcome);
      demand(foundIn(said, used).length === 0, "credentials that were refused turn up");
    }),
  );
}

/** Calls step after step as far as it goes. */
async function walk(stage: Stage): Promise<void> {
  const order = stage.orders[0] ?? (await stage.order());
  repeat(stage, secretsOf(stage.module, stage.processor, [order]));
  const course = Course.of(stage, order);
  for (const step of stepsOfWay(course, AUTOMATIC)) {
    const outcome = await course.call(step);
    if (outcome.kind !== "accepted") break;
  }
  await course.lookup();
}

/** From now on whatever reads like a sentence, in any reply, has the secrets in it that were sent. */
function repeat({ http }: Stage, words: readonly string[]): void {
  const sentWords = () => {
    const sent = http.requests.map(({ headers, raw }) => `${print(headers)} ${raw}`).join();
    return words.filter((each) => sent.includes(each)).join(" ");
  };
  const change = (body: unknown): unknown => {
    if (typeof body === "string") return / /.test(body) ? `${body} (${sentWords()})` : body;
    if (Array.isArray(body)) return body.map(change);
    if (typeof body !== "object" || body === null) return body;
    return Object.fromEntries(Object.entries(body).map(([name, each]) => [name, change(each)]));
  };
  http.faults.next({}, { kind: "drift", change }, 1_000);
}
