import { expect, it } from "vitest";
import { expectSound, ledgerRows, type StoredPayout, storedPayouts } from "./books.ts";
import {
  ACH,
  type Answer,
  Client,
  eventually,
  ok,
  order,
  type PayoutBody,
  type Problem,
} from "./client.ts";
import { createLink, formOf, LinkPage } from "./link-page.ts";
import { openWorkbench } from "./process.ts";

const PUBLIC_URL = "https://pay.example";
const ENDED = ["SUCCESS", "FAILED", "CANCELLED"];

const bench = openWorkbench();
const start = () => bench.service({ PAYOUT_PUBLIC_URL: PUBLIC_URL });

/** Every call carries a key, and is repeated until it is answered for good. */
let client: Promise<Client>;

async function insist(call: (client: Client) => Promise<Answer>): Promise<Answer> {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; ) {
    const now = await client;
    const answer = await call(now).catch(() => null);
    if (answer !== null && (answer.status === 200 || !(answer.body as Problem).retryable)) {
      return answer;
    }
    if (answer === null) {
      await eventually(
        () => client,
        (other) => other !== now,
      );
    }
  }
  throw new Error("a call was not answered");
}

const post = (path: string, body: object, key: string) =>
  insist((now) => now.post(path, body, { key }));

const SCENARIOS = ["success", "timeout_after_accept", "slow", "unavailable", "manual"];

/** One caller's story, each call of which may be cut off by a kill. Answers the payout's id. */
const STORIES: readonly ((name: string, scenario: string) => Promise<string>)[] = [
  async function heldAndMoved(name, scenario) {
    const body = order(scenario, { fulfillment: "MANUAL" });
    const { payoutId } = ok<PayoutBody>(await post("/v1/payouts", body, `${name}-create`));
    ok(await post(`/v1/payouts/${payoutId}/transfer`, {}, `${name}-transfer`));
    return payoutId;
  },
  async function stagedAndMoved(name, scenario) {
    const { payoutId } = ok<PayoutBody>(
      await post("/v1/payouts/stage", order(scenario), `${name}-stage`),
    );
    ok(await post(`/v1/payouts/${payoutId}/transfer`, {}, `${name}-transfer`));
    return payoutId;
  },
  async function madeAndVoided(name, scenario) {
    const { payoutId } = ok<PayoutBody>(
      await post("/v1/payouts", order(scenario), `${name}-create`),
    );
    const answer = await post(`/v1/payouts/${payoutId}/void`, {}, `${name}-void`);
    const { status, body } = answer;
    const { reason } = body as Problem;
    if (status !== 200) expect(["VOID_REFUSED", "PAYOUT_STATE_CONFLICT"]).toContain(reason);
    return payoutId;
  },
  async function toARecipient(name, scenario) {
    const person = {
      type: "INDIVIDUAL",
      individual: { givenName: "Jane", familyName: "Doe" },
      merchantRecipientId: name,
      connector: "sandbox",
      metadata: { sandbox_scenario: scenario === "unavailable" ? "success" : scenario },
    };
    const { recipientId } = ok<{ recipientId: string }>(
      await post("/v1/recipients", person, `${name}-recipient`),
    );
    const path = `/v1/recipients/${recipientId}/disburse-accounts`;
    const account = { payoutMethodData: ACH, connector: "sandbox" };
    ok(await post(path, account, `${name}-account`));
    const { payoutMethodData: _, ...rest } = order(scenario);
    const body = { ...rest, recipientId };
    return ok<PayoutBody>(await post("/v1/payouts", body, `${name}-create`)).payoutId;
  },
  async function byLink(name, scenario) {
    const more = { metadata: { sandbox_scenario: scenario } };
    const made = await insist(async (now) => ({
      status: 200,
      body: await createLink(now, more, `${name}-link`),
      replayed: false,
    }));
    const { link } = ok<Awaited<ReturnType<typeof createLink>>>(made);
    // A page has no key: a claim that was cut off may have been done, and then the link is gone.
    await insist(async (now) => {
      const { status } = await new LinkPage(now, link).claim(formOf("ach"));
      expect([200, 404]).toContain(status);
      return { status: 200, body: {}, replayed: false };
    });
    return link.payoutId;
  },
];

/**
 * Whether something will still become of a payout by itself. It is over for one that nobody settles, and
 * for one whose call was cut off and which was voided then: as long as the processor does not know it, it is
 * neither sent again nor called cancelled.
 */
function isUnderWay({ payoutId, status, scenario, waitsFor }: StoredPayout): boolean {
  if (ENDED.includes(status) || (scenario === "manual" && status === "PENDING")) return false;
  const isKnown = ledgerRows(bench.ledgerPath).some((row) => row.payoutId === payoutId);
  return waitsFor !== "VOID_REQUESTED" || isKnown;
}

it("every operation survives kill -9 in its middle: one end for each, as the ledger says", async () => {
  let service = await start();
  client = Promise.resolve(new Client(service.url));
  let done = 0;
  const ids: string[] = [];
  const queue = Array.from({ length: 100 }, (_, index) => index);
  const work = async () => {
    for (let index = queue.shift(); index !== undefined; index = queue.shift()) {
      const story = STORIES[index % STORIES.length];
      const scenario = SCENARIOS[Math.floor(index / STORIES.length) % SCENARIOS.length] ?? "";
      ids.push((await story?.(`story-${index}`, scenario)) ?? "");
      done += 1;
    }
  };
  const working = Promise.all(Array.from({ length: 20 }, work));
  for (const mark of [5, 25, 45, 65, 85]) {
    await eventually(
      async () => done,
      (count) => count >= mark,
      20_000,
    );
    const restarted = Promise.withResolvers<Client>();
    client = restarted.promise;
    await service.end("SIGKILL");
    expectSound(bench.databasePath);
    service = await start();
    restarted.resolve(new Client(service.url));
  }
  await working;

  const ended = await eventually(
    async () => storedPayouts(bench.databasePath),
    (payouts) => payouts.filter(isUnderWay).length === 0,
    20_000,
    (payouts) => JSON.stringify(payouts.filter(isUnderWay)),
  );
  expectSound(bench.databasePath);
  expect(ended.map(({ payoutId }) => payoutId).toSorted()).toEqual(ids.toSorted());
  const ledger = Map.groupBy(ledgerRows(bench.ledgerPath), ({ payoutId }) => payoutId);
  for (const { payoutId, status } of ended) {
    const states = (ledger.get(payoutId) ?? []).map(({ state }) => state);
    const right = {
      SUCCESS: [["SETTLED"]],
      PENDING: [["PENDING"], []],
      CANCELLED: [[], ["CANCELLED"]],
    };
    expect(right[status as keyof typeof right], `${payoutId} ${status}`).toContainEqual(states);
  }
}, 60_000);
