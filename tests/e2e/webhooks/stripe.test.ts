import { expect, onTestFinished, test } from "vitest";
import { type Clock, systemClock } from "../../../src/clock.ts";
import { stripeSignature } from "../../processors/stripe/signature.ts";
import { openStripeFake, type StripeFake } from "../../processors/stripe/stripe-fake.ts";
import { STRIPE_CREATE } from "./support/at-stripe.ts";
import { type Account, Stage } from "./support/stage.ts";

interface AtStripe {
  readonly stage: Stage;
  readonly fake: StripeFake;
  readonly account: Account;
}

/** The service with an account at a fake of Stripe, on one clock, since signatures cover the time. */
async function opened(): Promise<AtStripe> {
  let own: Clock = systemClock;
  const clock: Clock = { now: () => own.now(), after: systemClock.after };
  const fake = await openStripeFake({ clock });
  fake.fund("usd", 1_000_000n);
  const stage = await Stage.open({
    connectors: { accounts: [], baseUrls: { stripe: fake.http.url } },
  });
  own = stage.app.clock;
  onTestFinished(() => fake.close());
  const account = await accountAt(stage.shop);
  fake.webhooks.url = stage.app.url + account.path;
  return { stage, fake, account };
}

async function accountAt(shop: Stage["shop"]): Promise<Account> {
  const settings = {
    secret_key: "sk_test_fake",
    webhook_secret: "whsec_platform",
    connect_webhook_secret: "whsec_connect",
    product_description: "Wages",
  };
  const id = await shop.connectorAccount({ connector: "stripe", settings });
  return { id, path: `/webhooks/stripe/${id}` };
}

/** A payout that Stripe has, whose news so far is lost. */
async function payout({ stage, fake, account }: AtStripe) {
  const payoutId = await stage.shop.payout({ ...STRIPE_CREATE, connector: account.id });
  const id = await stage.referenceOf(payoutId, "payout");
  fake.webhooks.drop("all");
  return { payoutId, id };
}

const statuses = (outcomes: readonly { readonly status: number | undefined }[]) =>
  outcomes.map(({ status }) => status);

test("what Stripe sends ends a payout, and the bank's late no is told", async () => {
  const at = await opened();
  const { stage, fake } = at;
  const { payoutId, id } = await payout(at);
  fake.payouts.become(id, "in_transit");
  fake.payouts.become(id, "paid");
  expect(statuses(await fake.webhooks.deliverAll())).toEqual([200, 200]);
  await stage.reaches(payoutId, "SUCCESS");
  fake.payouts.become(id, "failed", "account_closed");
  await fake.webhooks.deliverAll();
  await stage.reaches(payoutId, "FAILED");
  expect(stage.states()).toMatchObject({ REVIEW: 0 });
});

test("the last comes first, and all of it twice: the end is the same", async () => {
  const at = await opened();
  const { stage, fake } = at;
  const { payoutId, id } = await payout(at);
  fake.payouts.become(id, "in_transit");
  fake.payouts.become(id, "paid");
  fake.webhooks.duplicate("payout.updated");
  fake.webhooks.duplicate("payout.paid");
  fake.webhooks.reorder("reverse");
  expect(statuses(await fake.webhooks.deliverAll())).toEqual([200, 200, 200, 200]);
  await stage.reaches(payoutId, "SUCCESS");
  await stage.settled();
  expect(stage.states()).toMatchObject({ APPLIED: 2, WAITING: 0 });
  expect(stage.status(payoutId)).toBe("SUCCESS");
});

test("another merchant with the same secrets touches nothing", async () => {
  const at = await opened();
  const { stage, fake } = at;
  const { payoutId, id } = await payout(at);
  const strange = await accountAt(stage.stranger);
  fake.webhooks.url = stage.app.url + strange.path;
  fake.payouts.become(id, "paid");
  expect(statuses(await fake.webhooks.deliverAll())).toEqual([200]);
  await stage.settled();
  expect(stage.states()).toMatchObject({ WAITING: 1, APPLIED: 0 });
  expect(stage.status(payoutId)).toBe("INITIATED");
});

test("a message is taken for five minutes, under any secret that is in use, and under no other", async () => {
  const { stage, fake, account } = await opened();
  const body = JSON.stringify({ id: "evt_1", type: "payout.paid", data: { object: {} } });
  const sent = async (secrets: readonly string[], now = stage.app.clock.now()) => {
    const signature = stripeSignature(Buffer.from(body), secrets, now);
    return (await stage.send(account.path, body, { "stripe-signature": signature })).status;
  };
  expect(await sent(["whsec_platform"])).toBe(200);
  expect(await sent(["whsec_old", "whsec_connect"])).toBe(200);
  expect(await sent(["whsec_old"])).toBe(401);
  const then = stage.app.clock.now();
  stage.app.clock.advance(290_000);
  expect(await sent(["whsec_platform"], then)).toBe(200);
  stage.app.clock.advance(12_000);
  expect(await sent(["whsec_platform"], then)).toBe(401);
  expect(fake.http.crashes).toEqual([]);
});
