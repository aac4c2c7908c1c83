import { beforeAll, describe, expect, it } from "vitest";
import { MAGIC_RULES } from "../../../src/sandbox-processor/magic-numbers.ts";
import { SCENARIOS, type Scenario } from "../../../src/sandbox-processor/scenarios.ts";
import { ACH, Client, expectChain, order } from "./client.ts";
import { openWorkbench } from "./process.ts";

const bench = openWorkbench();
const patient = openWorkbench();
let api: Client;
beforeAll(async () => {
  api = new Client((await bench.service()).url);
});

/** What 2-api promises of a scenario, and what its words come to. */
interface Story {
  /** The status that Create answers. */
  readonly first: string;
  readonly waitingFor?: string;
  readonly error?: { readonly category: string; readonly reason: string };
  /** Every status in its order; the last is the end. */
  readonly statuses: readonly string[];
  readonly endError?: { readonly category: string; readonly reason: string };
  /** How it stands in the processor's ledger in the end; null when it is not there. */
  readonly ledger: string | null;
  readonly attempt: { readonly state: string; readonly outcome: string; readonly tries: number };
}

const PAID: Story = {
  first: "PENDING",
  waitingFor: "SETTLEMENT",
  statuses: ["REQUIRES_CREATION", "PENDING", "SUCCESS"],
  ledger: "SETTLED",
  attempt: { state: "ACCEPTED", outcome: "ACCEPTED", tries: 1 },
};
const IN_DOUBT: Story = {
  ...PAID,
  waitingFor: "OUTCOME_UNKNOWN",
  error: { category: "OUTCOME_UNKNOWN", reason: "OUTCOME_UNKNOWN" },
};
const NOT_REACHED: Story = {
  ...PAID,
  first: "REQUIRES_CREATION",
  waitingFor: "CONNECTOR_UNAVAILABLE",
  error: { category: "CONNECTOR_UNAVAILABLE", reason: "CONNECTOR_UNAVAILABLE" },
};
const INSUFFICIENT = { category: "CONNECTOR_DECLINED", reason: "INSUFFICIENT_FUNDS" };
const CLOSED = { category: "CONNECTOR_DECLINED", reason: "ACCOUNT_CLOSED" };

const STORIES: Readonly<Record<string, Story>> = {
  success: PAID,
  instant_success: {
    first: "SUCCESS",
    statuses: ["REQUIRES_CREATION", "SUCCESS"],
    ledger: "SETTLED",
    attempt: PAID.attempt,
  },
  manual: { ...PAID, statuses: ["REQUIRES_CREATION", "PENDING"], ledger: "PENDING" },
  decline: {
    first: "FAILED",
    error: INSUFFICIENT,
    statuses: ["REQUIRES_CREATION", "FAILED"],
    endError: INSUFFICIENT,
    ledger: null,
    attempt: { state: "DEAD", outcome: "REJECTED", tries: 1 },
  },
  account_closed: {
    ...PAID,
    statuses: ["REQUIRES_CREATION", "PENDING", "FAILED"],
    endError: CLOSED,
    ledger: "FAILED",
    attempt: { state: "DEAD", outcome: "ACCEPTED", tries: 1 },
  },
  return_after_success: {
    ...PAID,
    statuses: ["REQUIRES_CREATION", "PENDING", "SUCCESS", "REVERSED"],
    endError: CLOSED,
    ledger: "RETURNED",
    attempt: { state: "DEAD", outcome: "ACCEPTED", tries: 1 },
  },
  timeout_before_send: { ...NOT_REACHED, attempt: { ...PAID.attempt, tries: 2 } },
  timeout_after_accept: IN_DOUBT,
  server_error_after_accept: IN_DOUBT,
  unreadable_reply: IN_DOUBT,
  unavailable: { ...NOT_REACHED, attempt: { ...PAID.attempt, tries: 3 } },
  // The processor's news of the settlement is faster than its answer.
  slow: {
    first: "SUCCESS",
    statuses: ["REQUIRES_CREATION", "SUCCESS"],
    ledger: "SETTLED",
    attempt: PAID.attempt,
  },
  duplicate_webhook: PAID,
  out_of_order_webhook: PAID,
};

async function expectStory(scenario: string, body: unknown): Promise<void> {
  const story = STORIES[scenario];
  if (story === undefined) throw new Error(`no story of ${scenario}`);
  const first = await api.create(body);
  expect(first).toMatchObject({ status: story.first });
  expect(first.waitingFor?.reason).toBe(story.waitingFor);
  expect(first.error ?? null).toEqual(
    story.error === undefined ? null : expect.objectContaining(story.error),
  );
  expectWaiting(first);

  const { payoutId } = first;
  await api.until(payoutId, story.statuses.at(-1) ?? "");
  const end = await api.full(payoutId);
  expect(end.error ?? null).toEqual(
    story.endError === undefined ? null : expect.objectContaining(story.endError),
  );
  expectWaiting(end);
  expectChain(await api.events(payoutId), story.statuses);

  const [attempt, ...others] = end.attempts;
  const [step, ...more] = attempt?.steps ?? [];
  expect([others, more]).toEqual([[], []]);
  expect({ state: attempt?.state, outcome: step?.outcome, tries: step?.tries }).toEqual(
    story.attempt,
  );
  const transfers = await api.transfers(payoutId);
  const accepted = {
    idempotencyKey: step?.processorKey,
    payoutId,
    amount: end.amount,
    state: story.ledger,
    scenario,
  };
  expect(transfers).toEqual(story.ledger === null ? [] : [expect.objectContaining(accepted)]);
  const references = transfers.map(({ transferId }) => ({ kind: "transfer", id: transferId }));
  expect(end.connectorReferences).toEqual(references);
}

/** A payout that waits says for what and when it is looked at next; one that has ended does not. */
function expectWaiting({ status, waitingFor }: Awaited<ReturnType<Client["create"]>>): void {
  const waits = ["REQUIRES_CREATION", "PENDING"].includes(status);
  expect(waitingFor !== undefined).toBe(waits);
  if (waitingFor !== undefined) expect(waitingFor.nextCheckTime).toMatch(/^\d{4}-/);
}

describe("every scenario, by metadata", () => {
  it.concurrent.each(SCENARIOS.map(({ name }) => name))("%s", async (name) => {
    await expectStory(name, order(name));
  });

  it("slow: answers after 1.5 s, and settles after that", async () => {
    const service = await patient.service({ PAYOUT_SANDBOX_SETTLE_MS: "2000" });
    const before = performance.now();
    const first = await new Client(service.url).create(order("slow"));
    expect(performance.now() - before).toBeGreaterThan(1450);
    expect(first).toMatchObject({ status: "PENDING", waitingFor: { reason: "SETTLEMENT" } });
    await new Client(service.url).until(first.payoutId, "SUCCESS");
  });

  it("a word that is none is refused as a payout that failed", async () => {
    const payout = await api.create(order("succes"));
    expect(payout).toMatchObject({
      status: "FAILED",
      error: { category: "VALIDATION", reason: "UNKNOWN_SCENARIO" },
    });
    expect(await api.transfers(payout.payoutId)).toEqual([]);
  });
});

/** What goes with the magic field on its rail, and the currency that the rail pays. */
const RAILS: Readonly<Record<string, { currency: string; rest?: Record<string, unknown> }>> = {
  card: { currency: "USD", rest: { expiryMonth: 12, expiryYear: 2039, holderName: "Jane Doe" } },
  ach: {
    currency: "USD",
    rest: { routingNumber: "021000021", accountType: "CHECKING", holderName: "Jane Doe" },
  },
  bacs: { currency: "GBP", rest: { sortCode: "601613", holderName: "Jane Doe" } },
  sepa: { currency: "EUR", rest: { holderName: "Jane Doe" } },
  pix: {
    currency: "BRL",
    rest: {
      branch: "0001",
      bankCode: "260",
      taxId: "29537995593",
      accountType: "CHECKING",
      holderName: "Joana Silva",
    },
  },
  pix_key: { currency: "BRL" },
  paypal: { currency: "USD" },
  venmo: { currency: "USD" },
  interac: { currency: "CAD", rest: { holderName: "Jane Doe" } },
  open_banking_uk: { currency: "GBP", rest: { holderName: "Jane Doe" } },
  apple_pay: { currency: "USD", rest: { expiryMonth: 12, expiryYear: 2039 } },
  passthrough: { currency: "USD", rest: { tokenKind: "CARD" } },
};

function magicOrder(kind: string, field: string, account: string) {
  const { currency = "USD", rest = {} } = RAILS[kind] ?? {};
  const [name = ""] = field.split(" ");
  return {
    amount: { minorAmount: "990", currency },
    payoutMethodData: { [kind]: { ...rest, [name]: account } },
  };
}

describe("magic accounts", () => {
  /** Two scenarios a rule, moving on from rule to rule, so that every scenario comes up. */
  const cases = MAGIC_RULES.flatMap((rule, index) =>
    [index, index + 7].map((at) => {
      const scenario = SCENARIOS[at % SCENARIOS.length] as Scenario;
      return { rule, scenario, title: `${rule.kind} ${rule.field}: ${scenario.name}` };
    }),
  );

  it.concurrent.each(cases)("$title", async ({ rule, scenario }) => {
    const account = rule.example(scenario);
    await expectStory(scenario.name, magicOrder(rule.kind, rule.field, account));
  });

  it("metadata comes before the account", async () => {
    const account = { accountNumber: "190000004" };
    const body = order("instant_success", {
      payoutMethodData: { ach: { ...ACH.ach, ...account } },
    });
    expect(await api.create(body)).toMatchObject({ status: "SUCCESS" });
  });
});
