import { readFileSync } from "node:fs";
import Database from "better-sqlite3";
import { expect, it, onTestFinished } from "vitest";
import { ConnectorService } from "../../gen/payout/v1/connector_service_pb.js";
import { EventService } from "../../gen/payout/v1/event_service_pb.js";
import { PayoutMethodDataSchema } from "../../gen/payout/v1/payout_method_pb.js";
import { PayoutService } from "../../gen/payout/v1/payout_service_pb.js";
import { IndividualSchema } from "../../gen/payout/v1/recipient_pb.js";
import { RecipientService } from "../../gen/payout/v1/recipient_service_pb.js";
import { limits } from "../../src/limits.ts";
import { OPERATIONS } from "../e2e/faces/operations.ts";
import { field, Shop } from "../e2e/faces/shop.ts";
import { eventually } from "../e2e/money/client.ts";
import { draftIn, FORMS, formOf } from "../e2e/money/link-page.ts";
import { openOwnWorkbench } from "../e2e/money/process.ts";
import { grpcFrame } from "../transport/server/clients.ts";
import { Canaries, GENERATORS } from "./canaries.ts";
import { startMirrorProcessor } from "./mirror-processor.ts";
import { plant } from "./plant.ts";
import { accountRequests, fullRequests } from "./requests.ts";
import { spoil } from "./spoil.ts";
import { Stage } from "./stage.ts";

const UPDATE = ConnectorService.method.updateConnectorAccount;
const SCENARIOS = ["instant_success", "decline", "account_closed", "unreadable_reply", "manual"];

/** Nothing anywhere that may not be there. */
function expectSilence(stage: Stage): void {
  expect(stage.inOutput(), "in the logs").toEqual([]);
  expect(stage.inFiles(), "in the files").toEqual([]);
  expect(stage.inAnswers(), "in answers").toEqual([]);
}

/** The same with every redacted field sent. */
function expectEveryFieldSent(stage: Stage): void {
  const sent = stage.canaries.all.map((canary) => canary.field).sort();
  expect(sent).toEqual(Object.keys(GENERATORS).sort());
}

async function allOf<T>(items: readonly T[], each: (item: T, index: number) => Promise<unknown>) {
  const WIDTH = 8;
  const queue = items.entries();
  await Promise.all(
    Array.from({ length: WIDTH }, async () => {
      for (const [index, item] of queue) await each(item, index);
    }),
  );
}

it("what succeeds, by every call and several faces, shows nothing", async () => {
  const stage = await Stage.open(openOwnWorkbench());
  const { app } = stage;
  await allOf(OPERATIONS, async ({ method, request, options, name = "" }, turn) => {
    for (const by of ["REST", "another"]) {
      const shop = new Shop(app, stage.rest);
      const ready = await request(shop);
      const { key = shop.key } = options?.(shop) ?? {};
      if (by === "another") {
        await stage.callByOther(turn, method, ready, key);
      } else {
        const answer = await stage.rest.call(method, ready, { key });
        expect(answer.ok, `${method.name} ${name} ${JSON.stringify(answer)}`).toBe(true);
      }
    }
  });

  const shop = new Shop(app, stage.rest);
  const recipientId = await shop.recipient();
  const requests = [
    ...fullRequests(recipientId, "instant_success"),
    ...SCENARIOS.flatMap((scenario) => fullRequests(recipientId, scenario).slice(0, 2)),
  ];
  await allOf(requests, async ({ method, request }, turn) => {
    const answer = await shop.call(method, request);
    expect(answer.ok, `${method.name} ${JSON.stringify([request, answer])}`).toBe(true);
    await stage.callByOther(turn, method, request, shop.key);
  });
  const owner = new Shop(app, stage.rest);
  const account = await owner.connectorAccount({ settings: { secret_key: "sk_test_any" } });
  await allOf(accountRequests(account), async ({ method, request }, turn) => {
    expect((await owner.call(method, request)).ok, method.name).toBe(true);
    await stage.callByOther(turn, method, request, owner.key);
  });
  expectEveryFieldSent(stage);

  // What comes of it later, and what is told of it again.
  await eventually(
    async () => (await shop.get(PayoutService.method.list, { status: ["INITIATED"] }))["payouts"],
    (open) => (open as unknown[]).length === 0,
  );
  const events = await shop.get(EventService.method.listEvents, { pageSize: 100 });
  expect((events["events"] as unknown[]).length).toBe(100);
  const commandLine = readFileSync(`/proc/${stage.service.pid}/cmdline`, "latin1");
  for (const { value } of [...stage.sown, ...stage.keys.all])
    expect(commandLine).not.toContain(value);
  expectSilence(stage);
  // What may be seen is: the search finds what is there.
  expect(stage.whereShown()).toEqual({ answers: true, files: true, logs: true });

  expect((await stage.service.end("SIGTERM")).code).toBe(0);
  expectSilence(stage);
  expect(stage.answers).toBeGreaterThan(200);
});

it("what is refused shows nothing, however it is wrong", async () => {
  const stage = await Stage.open(openOwnWorkbench());
  const shop = new Shop(stage.app, stage.rest);
  const recipientId = await shop.recipient();
  const account = await shop.connectorAccount({ settings: { secret_key: "sk_test_any" } });
  stage.nextAct();
  const requests = [...fullRequests(recipientId, "no_such_scenario"), ...accountRequests(account)];
  await allOf(requests, async ({ method, request }, turn) => {
    const planted = stage.plant(method, request);
    for (const [index, { how, text }] of spoil(planted).entries()) {
      const refused = await stage.sendText(turn + index, method, text, shop.key);
      expect(refused, `${method.name} ${how}`).toBe(true);
    }
    await stage.sendText(turn, method, JSON.stringify(planted), "");
  });
  const huge = JSON.stringify({
    ...stage.plant(PayoutService.method.create, INLINE),
    description: "x".repeat(2_000_000),
  });
  for (const turn of [0, 1]) {
    await stage.sendText(turn, PayoutService.method.create, huge, shop.key);
  }
  expectEveryFieldSent(stage);

  const { canaries } = stage;
  const stranger = canaries.add("unknown key", `sk_test_${"q".repeat(20)}${Date.now()}`);
  const odd = canaries.add("odd key", `pk_${"w".repeat(20)}${Date.now()}`);
  const token = canaries.add("link token", `${"e".repeat(30)}${Date.now()}`);
  const headers = (authorization: string) => ({ headers: { authorization } });
  const body = JSON.stringify(stage.plant(PayoutService.method.create, INLINE));
  const post = (type: string) => ({
    method: "POST",
    headers: { authorization: `Bearer ${shop.key}`, "content-type": type },
    body,
  });
  await stage.fetch("unknown key", "/v1/payouts", headers(`Bearer ${stranger}`));
  await stage.fetch("odd key", "/v1/payouts", headers(`Bearer ${odd}`));
  await stage.fetch("no bearer", "/v1/payouts", headers(`Basic ${btoa(`${stranger}:`)}`));
  await stage.fetch("bare key", "/v1/payouts", headers(stranger));
  await stage.fetch("key as query", `/v1/payouts?key=${stranger}&apiKey=${odd}`);
  await stage.fetch("another type", "/v1/payouts", post("text/plain"));
  await stage.fetch("no gzip", "/v1/payouts", {
    ...post("application/json"),
    headers: { ...post("application/json").headers, "content-encoding": "gzip" },
  });
  await stage.fetch(
    "no frame",
    "/payout.v1.PayoutService/Create",
    post("application/grpc-web+json"),
  );
  await stage.fetch("another codec", "/payout.v1.PayoutService/Create", post("application/proto"));
  await stage.fetch("no method", `/payout.v1.PayoutService/Creates`, post("application/json"));
  for (const method of ["GET", "POST", "PUT", "DELETE"]) {
    await stage.fetch("a link's page", `/l/${token}`, { method });
    await stage.fetch("below a link's page", `/l/${token}/more`, { method });
  }
  expectSilence(stage);
  expect(stage.answers).toBeGreaterThan(500);
});

const INLINE = {
  amount: { minorAmount: "1250", currency: "USD" },
  payoutMethodData: {
    ach: {
      accountNumber: "000123456789",
      routingNumber: "021000021",
      accountType: "CHECKING",
      holderName: "Jane Doe",
    },
  },
};

it("a link's page shows nothing but what was just typed into it, and never card or code", async () => {
  const stage = await Stage.open(openOwnWorkbench());
  const { app, canaries } = stage;
  const shop = new Shop(app, stage.rest);
  const claimCode = canaries.of(CLAIM_CODE) ?? "";
  const wrong = canaries.add("wrong claim code", `wrong${Date.now()}`);
  await allOf(Object.entries(FORMS), async ([method, { currency }]) => {
    const amount = { minorAmount: "1250", currency };
    const request = { amount, claimCode: "4711" };
    const { link } = await shop.get(PayoutService.method.createLink, request);
    const url = new URL(field(link, "url")).pathname;
    const { typed, form } = plantForm(method, formOf(method), canaries);
    const mayShow = typed.filter((name) => !name.startsWith("PayoutMethodData.Card.card_number"));
    const post = async (fields: Record<string, string>, status: number) => {
      const body = new URLSearchParams(fields);
      const answer = await stage.fetch(
        `claims by ${method}`,
        url,
        { method: "POST", body },
        mayShow,
      );
      expect(answer.status, answer.content).toBe(status);
      return { text: answer.content };
    };
    const claim = (draft: string, code: string, status: number) =>
      post({ draft, step: "claim", claimCode: code }, status);
    expect((await stage.fetch("opens", `${url}?method=${method}`)).status).toBe(200);
    await stage.fetch("opens with a query", `${url}?${new URLSearchParams(form)}`);
    await post({ ...form, holderName: "", email: "no", phone: "no", pixKey: "no" }, 400);
    const draft = draftIn(await post({ ...form }, 200));
    await post({ draft, step: "edit" }, 200);
    await claim(draft, wrong, 403);
    await claim(draft, claimCode, 200);
    await claim(draft, claimCode, 404);
  });
  expectSilence(stage);
});

it("faults of the database, of connectors and of the load show nothing", async () => {
  const words = "Zprocessorwords";
  const mirror = await startMirrorProcessor(words);
  onTestFinished(() => mirror.close());
  const bench = openOwnWorkbench();
  const stage = await Stage.open(bench, { PAYOUT_SANDBOX_URL: mirror.url });
  const { app } = stage;
  stage.keys.add("a processor's message", words, true);
  const shop = new Shop(app, stage.rest);
  const recipientId = await shop.recipient();
  const account = await shop.connectorAccount({ settings: { secret_key: "sk_test_any" } });
  // It takes no payouts: they would be sent to its processor.
  await shop.get(UPDATE, { connectorAccountId: account, enabled: false });
  const changes = accountRequests(account).filter(({ method: of }) => of === UPDATE);
  const requests = [...fullRequests(recipientId, "success"), ...changes];
  const callAll = () =>
    allOf(requests, async ({ method, request }, turn) => {
      await shop.call(method, request);
      await stage.callByOther(turn, method, request, shop.key);
    });

  // A processor that says everything again.
  await callAll();
  expectEveryFieldSent(stage);
  await eventually(
    async () => mirror.requests,
    (count) => count > 150,
  );

  // More at once than there are places.
  const payout = JSON.stringify(stage.plant(PayoutService.method.create, INLINE));
  const headers = { authorization: `Bearer ${shop.key}`, "content-type": "application/json" };
  const flood = Array.from({ length: 200 }, () =>
    stage.fetch("flood", "/v1/payouts", { method: "POST", headers, body: payout }),
  );
  await Promise.all(flood);
  for (const text of await watchTooMuch(app.url, shop.key)) stage.hear("Watch", text);

  // A database that refuses to write, and one that holds what nobody has written.
  const database = new Database(bench.databasePath, { timeout: 5000 });
  const TABLES = ["payouts", "recipients", "disburse_accounts", "links"];
  for (const table of TABLES) {
    for (const change of ["INSERT", "UPDATE"]) {
      const refuse = "SELECT RAISE(ABORT, 'no more room')";
      database.exec(
        `CREATE TRIGGER ${table}_${change} BEFORE ${change} ON ${table} BEGIN ${refuse}; END`,
      );
    }
  }
  await callAll();
  for (const table of TABLES) {
    for (const change of ["INSERT", "UPDATE"]) database.exec(`DROP TRIGGER ${table}_${change}`);
  }
  const garbled = `{"type":"INDIVIDUAL","name":"${stage.keys.add("garbled", "Zgarbledgarbledrow")}`;
  database.prepare("UPDATE recipients SET person = ?").run(garbled);
  database.prepare("UPDATE payouts SET payout_method = ?").run(garbled);
  database.close();
  await callAll();
  const answer = await shop.call(RecipientService.method.getRecipient, { recipientId });
  expect(answer).toMatchObject({ ok: false, told: { reason: "INTERNAL" } });

  expect(stage.service.output).toContain("call failed by our fault");
  expect(stage.service.output).toContain("call failed for now");
  expect(stage.inOutput(), "in the logs").toEqual([]);
  expect(stage.inAnswers(), "in answers").toEqual([]);
  expect(
    stage.inFiles().filter((hit) => hit.field !== "garbled"),
    "in the files",
  ).toEqual([]);
});

/** Opens more streams than a merchant may have, and answers what came by those that were refused. */
async function watchTooMuch(url: string, key: string): Promise<readonly string[]> {
  const { streamsPerMerchant } = limits.watch;
  const refused: string[] = [];
  const enough = new AbortController();
  const watch = async () => {
    const response = await fetch(`${url}/payout.v1.PayoutService/Watch`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/connect+json" },
      body: new Uint8Array(grpcFrame("{}")),
      signal: enough.signal,
    });
    // Those that are let in go on until they are ended.
    refused.push(await response.text());
    if (refused.length === TOO_MANY) enough.abort();
  };
  const TOO_MANY = 5;
  const streams = Array.from({ length: streamsPerMerchant + TOO_MANY }, watch);
  await Promise.allSettled(streams);
  expect(refused.length).toBe(TOO_MANY);
  return refused;
}

const CLAIM_CODE = "CreateLinkRequest.claim_code";

/** A form with canaries in it, and what they are called. */
function plantForm(method: string, form: Record<string, string>, canaries: Canaries) {
  const arm = PayoutMethodDataSchema.fields.find(({ name }) => name === method)?.message;
  if (arm === undefined) throw new Error(`there is no method ${method}`);
  const own = new Canaries();
  const planted = { ...form, ...plant(IndividualSchema, plant(arm, form, own), own) };
  const typed = own.all.map((canary) => {
    const name = `${canary.field} typed for ${method}`;
    canaries.add(name, canary.value, canary.shown);
    return name;
  });
  return { typed, form: planted as Record<string, string> };
}
