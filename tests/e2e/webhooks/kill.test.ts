import Database from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { openStripeFake } from "../../processors/stripe/stripe-fake.ts";
import { API_KEY, openOwnWorkbench } from "../money/process.ts";
import { STRIPE_CREATE } from "./support/at-stripe.ts";

test("a process is killed between storing what Stripe sent and applying it: the next one applies it", async () => {
  const fake = await openStripeFake({ clock: systemClock });
  onTestFinished(() => fake.close());
  fake.fund("usd", 1_000_000n);
  const bench = openOwnWorkbench();
  const environment = {
    PAYOUT_CONNECTOR_STRIPE_BASE_URL: fake.http.url,
    PAYOUT_CONNECTOR_STRIPE_SECRET_KEY: "sk_test_fake",
    PAYOUT_CONNECTOR_STRIPE_PRODUCT_DESCRIPTION: "Wages",
    PAYOUT_CONNECTOR_STRIPE_CONNECT_WEBHOOK_SECRET: "whsec_connect",
  };
  const first = await bench.service({ ...environment, PAYOUT_ROLE: "api" });
  const read = <T>(sql: string): T => {
    const database = new Database(bench.databasePath, { readonly: true, timeout: 5000 });
    try {
      return database.prepare(sql).pluck().get() as T;
    } finally {
      database.close();
    }
  };
  const created = await fetch(`${first.url}/v1/payouts`, {
    method: "POST",
    headers: { authorization: `Bearer ${API_KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ ...STRIPE_CREATE, connector: "stripe" }),
  });
  expect(created.status).toBe(200);
  await expect
    .poll(() => read("SELECT count(*) FROM connector_references WHERE kind = 'payout'"))
    .toBe(1);
  fake.webhooks.drop("all");
  fake.payouts.become(fake.payouts.all[0]?.id ?? "", "paid");
  const accountId = read<string>("SELECT connector_account_id FROM connector_accounts");
  fake.webhooks.url = `${first.url}/webhooks/stripe/${accountId}`;
  const [outcome] = await fake.webhooks.deliverAll();
  await first.end("SIGKILL");
  expect(outcome?.status).toBe(200);
  expect(read("SELECT state FROM inbox")).toBe("NEW");
  expect(read("SELECT status FROM payouts")).toBe("INITIATED");
  const next = await bench.service(environment);
  await expect.poll(() => read("SELECT status FROM payouts"), { timeout: 10_000 }).toBe("SUCCESS");
  expect(read("SELECT state FROM inbox")).toBe("APPLIED");
  await next.end("SIGTERM");
}, 60_000);
