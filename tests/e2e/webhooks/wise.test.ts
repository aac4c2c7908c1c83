import type { JsonObject } from "@bufbuild/protobuf";
import { expect, onTestFinished, test } from "vitest";
import { openWiseFake, type WiseFake } from "../../processors/wise/fake.ts";
import { Stage } from "./support/stage.ts";

const CREATE: JsonObject = {
  amount: { minorAmount: "10000", currency: "GBP" },
  destinationCurrency: "EUR",
  payoutMethodData: { sepa: { iban: "DE89370400440532013000", holderName: "Ada Lovelace" } },
  recipient: {
    type: "INDIVIDUAL",
    individual: { givenName: "Ada", familyName: "Lovelace" },
    address: {
      lines: ["1 Main Street"],
      city: "New York",
      region: "NY",
      postalCode: "10001",
      country: "US",
    },
  },
  metadata: {},
};

interface AtWise {
  readonly stage: Stage;
  readonly fake: WiseFake;
  readonly payoutId: string;
  /** Wise's id of the transfer. */
  readonly id: number;
}

/** The service with an account at a fake of Wise, and a payout that Wise has; its news so far is lost. */
async function opened(): Promise<AtWise> {
  const fake = await openWiseFake();
  const stage = await Stage.open({ connectors: { accounts: [], baseUrls: { wise: fake.url } } });
  onTestFinished(() => fake.close());
  const connectorAccountId = await stage.shop.connectorAccount({
    connector: "wise",
    settings: {
      api_token: fake.token,
      profile_id: String(fake.profile),
      webhook_public_key: fake.webhookPublicKey,
    },
  });
  fake.webhooks.url = `${stage.app.url}/webhooks/wise/${connectorAccountId}`;
  const payoutId = await stage.shop.payout({ ...CREATE, connector: connectorAccountId });
  await stage.reaches(payoutId, "PENDING");
  fake.webhooks.drop("all");
  const id = await stage.referenceOf(payoutId, "transfer");
  return { stage, fake, payoutId, id: Number(id) };
}

/** The fake's own clock stands still: each move gets a second of its own. */
let second = 0;
function move({ fake, id }: AtWise, status: string): void {
  second += 1;
  fake.move(id, status, fake.clock.now() + second * 1000);
}

test("what Wise sends names its transfer, and what came later counts whatever comes last", async () => {
  const at = await opened();
  const { stage, fake, payoutId } = at;
  for (const status of ["funds_converted", "outgoing_payment_sent"]) move(at, status);
  fake.webhooks.duplicate();
  fake.webhooks.reorder("reverse");
  const outcomes = await fake.webhooks.deliverAll();
  expect(outcomes.map(({ status }) => status)).toEqual([200, 200, 200]);
  await stage.settled();
  expect(stage.status(payoutId)).toBe("SUCCESS");
  // By content: the id of a delivery is not signed.
  expect(stage.states()).toMatchObject({ APPLIED: 2, REVIEW: 0 });
});

test("money that is charged back after it had arrived is told", async () => {
  const at = await opened();
  const { stage, fake, payoutId } = at;
  move(at, "outgoing_payment_sent");
  await fake.webhooks.deliverAll();
  await stage.reaches(payoutId, "SUCCESS");
  move(at, "charged_back");
  await fake.webhooks.deliverAll();
  await stage.reaches(payoutId, "REVERSED");
});

test("a hint has the transfer looked at", async () => {
  const at = await opened();
  const { stage, fake, payoutId, id } = at;
  move(at, "outgoing_payment_sent");
  fake.webhooks.drop("all");
  fake.payoutFailure(id, "ACCOUNT_CLOSED");
  await fake.webhooks.deliverAll();
  await stage.reaches(payoutId, "SUCCESS");
});

test("a spoilt byte or another's key is refused", async () => {
  const at = await opened();
  const { stage, fake } = at;
  move(at, "outgoing_payment_sent");
  const [delivery] = fake.webhooks.queue;
  const [outcome] = await fake.webhooks.deliverAll();
  expect(outcome?.status).toBe(200);
  const path = new URL(fake.webhooks.url ?? "").pathname;
  const raw = Buffer.from(delivery?.raw ?? "");
  for (const headers of [{}, { "x-signature-sha256": "AAAA" }]) {
    expect((await stage.send(path, raw, headers)).status).toBe(401);
  }
});
