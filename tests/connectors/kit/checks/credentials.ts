import type { OpenAccount } from "../../../../src/connectors/connector.ts";
import { all, type Check, demand, type Kit, print } from "../check.ts";
import { Course } from "../course.ts";
import { AUTOMATIC, stepsOfWay } from "../scenario.ts";
import { onStage, type Stage } from "../stage.ts";

/**
 * Credentials that are not taken, or not there, are no refusal of a payout: somebody mends them, and the
 * payout goes on.
 */
export const credentials: Check = {
  name: "credentials",
  cases: (kit) => [
    { name: "that the processor does not take", run: () => wrong(kit) },
    { name: "that are missing", run: () => missing(kit) },
  ],
};

/** Those of another merchant: well formed, and wrong here. */
function wrong(kit: Kit): Promise<void> {
  return onStage(kit, (stage) =>
    onStage(kit, async (other) => {
      const own = stage.account;
      const settings = { ...own.settings };
      for (const { name, secret } of stage.module.accountFields) {
        const value = other.account.settings[name];
        if (secret && value !== undefined) settings[name] = value;
      }
      await throughout(stage, { ...own, settings }, ({ outcome, sent }) => {
        const { kind, error, later } = outcome;
        demand(sent > 0, "nothing is sent, so nobody has refused it");
        const isHonest = kind === "not_sent" && error?.category === "CONFIGURATION" && later;
        demand(isHonest, `it should be not_sent, CONFIGURATION, with later: ${print(outcome)}`);
      });
    }),
  );
}

function missing(kit: Kit): Promise<void> {
  return onStage(kit, async (stage) => {
    const required = stage.module.accountFields.filter((each) => each.required);
    await all(
      required,
      ({ name }) => `without ${name}`,
      async ({ name }) => {
        const { [name]: _left, ...settings } = stage.account.settings;
        await throughout(stage, { ...stage.account, settings }, ({ outcome, sent }) => {
          demand(sent === 0, "something is sent all the same");
          const isHonest =
            outcome.kind === "not_sent" && outcome.error?.category === "CONFIGURATION";
          demand(isHonest, `it should be not_sent, CONFIGURATION: ${print(outcome)}`);
        });
      },
    );
  });
}

interface Tried {
  readonly outcome: {
    readonly kind: string;
    readonly error?: { readonly category: string };
    readonly later?: unknown;
  };
  readonly sent: number;
}

/** Calls every step with an account that does not do, and then with the one that does. */
async function throughout(
  stage: Stage,
  account: OpenAccount,
  expect: (tried: Tried) => void,
): Promise<void> {
  const own = stage.account;
  const course = await Course.open(stage);
  try {
    for (const step of stepsOfWay(course, AUTOMATIC)) {
      stage.account = { ...account, version: stage.account.version + 1 };
      const before = stage.http.requests.length;
      const outcome = await course.call(step);
      const sent = stage.http.requests.length - before;
      try {
        expect({ outcome, sent });
      } catch (error) {
        demand(false, `${step}: ${(error as Error).message}`);
      }
      const looked = await course.lookup();
      demand(looked.kind !== "found", `a look-up finds something: ${print(looked)}`);
      stage.account = { ...own, version: stage.account.version + 1 };
      await course.go([step]);
    }
  } finally {
    stage.account = { ...own, version: stage.account.version + 1 };
  }
}
