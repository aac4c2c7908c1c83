import { createHttpClient } from "../../../../src/connectors/toolkit/http-client.ts";
import { type Check, demand, type Kit, print } from "../check.ts";
import { Course } from "../course.ts";
import { AUTOMATIC, stepsOfWay } from "../scenario.ts";
import { secretsOf } from "../secrets.ts";
import { Stage } from "../stage.ts";

/** One module serves all merchants: whose credentials a call is made with comes with the call. */
export const accounts: Check = {
  name: "accounts",
  cases: (kit) => [
    { name: "two at once are not mixed up", run: () => withTwo(kit, atOnce) },
    { name: "a change of settings counts from the next call on", run: () => withTwo(kit, changed) },
  ],
};

async function withTwo(kit: Kit, act: (one: Stage, two: Stage) => Promise<void>): Promise<void> {
  const http = createHttpClient({ maxReplyBytes: 1_000_000, maxSockets: 8 });
  const now = () => one.clock.now();
  const module = kit.create({ http, clock: { now } });
  const one = await Stage.open(kit, module);
  const two = await Stage.open(kit, module);
  try {
    await act(one, two);
    for (const each of [one, two]) each.verify();
  } finally {
    http.close();
    await one.close();
    await two.close();
  }
}

async function atOnce(one: Stage, two: Stage): Promise<void> {
  const courses = [await Course.open(one), await Course.open(two)];
  await Promise.all(
    courses.map(async (course) => {
      await course.go(stepsOfWay(course, AUTOMATIC));
      const { amount } = course.payout;
      for (const [name, entries] of Object.entries(course.stage.processor.books())) {
        demand(
          print(entries) === print([amount]),
          `${name} are not this merchant's: ${print(entries)}`,
        );
      }
    }),
  );
  expectNone(one, two);
  expectNone(two, one);
}

/** The account of the first merchant moves to where the second one's is, with its credentials. */
async function changed(one: Stage, two: Stage): Promise<void> {
  const before = await Course.open(one);
  await before.go(stepsOfWay(before, AUTOMATIC).slice(0, 1));
  const { connectorAccountId, version } = one.account;
  two.account = { ...two.account, connectorAccountId, version: version + 1 };
  const course = await Course.open(two);
  await course.go(stepsOfWay(course, AUTOMATIC));
  expectNone(one, two);
}

/** Nothing of the first merchant's is in what arrived at the second one's. */
function expectNone(one: Stage, two: Stage): void {
  const own = new Set(secretsOf(two.module, two.processor, []));
  const foreign = secretsOf(one.module, one.processor, []).filter((each) => !own.has(each));
  demand(foreign.length > 0, "the two accounts share their secrets: open() must give each its own");
  const arrived = two.http.requests
    .map(({ headers, raw, path, queryText }) => print([headers, raw.toString(), path, queryText]))
    .join("\n");
  const found = foreign.filter((each) => arrived.includes(each) || arrived.includes(btoa(each)));
  demand(found.length === 0, "credentials of another account are sent");
}
