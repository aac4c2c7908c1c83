import { expect, it, onTestFinished } from "vitest";
import { ConnectorRegistry } from "../../../src/connectors/registry.ts";
import { recordNews } from "../../../src/service/record-news.ts";
import { Bench } from "../../engine/bench.ts";
import { loadKit } from "../kit/discover.ts";
import { EngineRun } from "../kit/engine-run.ts";
import { Stage } from "../kit/stage.ts";
import type { Order } from "../kit/subject.ts";
import { type OpenDwolla, subject } from "./subject.ts";

/** The real engine with a real repository, and the fake over HTTP. */
async function open(order: (processor: OpenDwolla) => Promise<Order> = ({ order }) => order()) {
  const processor = await subject.open();
  const kit = {
    ...(await loadKit("dwolla")),
    subject: { ...subject, open: async () => processor },
  };
  const bench = await Bench.open();
  const stage = await Stage.open(kit);
  onTestFinished(async () => {
    await stage.close();
    stage.verify();
  });
  const { fake } = processor;
  const run = await EngineRun.open(bench, stage, await order(processor));
  return { run, stage, bench, fake };
}

it("a return days after SUCCESS makes the payout REVERSED, with the bank's code", async () => {
  const { run, stage, bench, fake } = await open();
  const paid = await run.paysOnce();
  const [transfer] = fake.transfers;
  fake.return(transfer?.id ?? "", "R16");

  const { payout, attempts } = await run.stored();
  const keys = attempts.flatMap(({ steps }) => steps.map((step) => [step.name, step.processorKey]));
  const processorKeys: Record<string, string> = Object.fromEntries(keys);
  // As a webhook has it done, which says only that something has changed.
  const found = await stage.connector.lookup({
    payoutId: payout.payoutId,
    step: null,
    references: payout.connectorReferences,
    processorKeys,
    stopAsked: false,
    signal: AbortSignal.timeout(5_000),
  });
  if (found.kind !== "found") throw new Error(found.kind);
  const connectors = new ConnectorRegistry([], [stage.module], async () => stage.account);
  const context = { ...bench.process().context, connectors };
  const news = { connector: paid.connector, payoutId: "", state: found.value };
  await recordNews(context, { ...news, processorKey: processorKeys["transfer"] ?? "" });
  expect((await run.stored()).payout).toMatchObject({
    status: "REVERSED",
    error: { reason: "ACCOUNT_FROZEN", connectorCode: "R16" },
    connectorPayoutId: transfer?.id,
  });
});

it("a bank's refusal before anything was paid ends FAILED", async () => {
  const { run, fake } = await open();
  await run.until(() => fake.transfers.length === 1);
  fake.fail(fake.transfers[0]?.id ?? "", "R03");
  expect(await run.until(() => false)).toMatchObject({
    status: "FAILED",
    error: { reason: "ACCOUNT_NOT_FOUND", connectorCode: "R03" },
  });
  run.expectBooks([]);
});

it("waits for a recipient whom Dwolla still has to verify, and then pays", async () => {
  const { run, stage, fake } = await open();
  const change = (body: object) => ({ ...body, status: "document" });
  const match = { method: "GET", path: "/customers/{id}" };
  fake.http.faults.next(match, { kind: "drift", change }, 3);
  await run.until(() => stage.http.faults.left === 0);
  expect((await run.stored()).payout.error).toMatchObject({ reason: "RECIPIENT_NOT_READY" });
  run.expectBooks([]);
  expect(await run.paysOnce()).toMatchObject({ status: "SUCCESS", error: null });
});

it("asks again when the first call still runs, and pays once", async () => {
  const { run, fake } = await open();
  let refused = 0;
  fake.http.use(async (request, next) => {
    if (request.method !== "POST" || request.path !== "/transfers" || refused > 2) return next();
    refused += 1;
    return { status: 409, body: { code: "Conflict", message: "Still running." } };
  });
  expect(await run.paysOnce()).toMatchObject({ status: "SUCCESS", error: null });
  expect(refused).toBe(3);
});
