import { runByHand } from "../support/run-by-hand.ts";
import { FakeDwolla } from "./fake.ts";

/** `node tests/processors/dwolla/main.ts --port 9105 [--webhooks URL]`; id and secret are printed. */
await runByHand("Dwolla", 9105, async (how) => {
  const fake = await FakeDwolla.open({ ...how, stepMs: 1000 });
  fake.fund(1_000_000_00n);
  const { clientId, clientSecret } = fake.credentials;
  process.stdout.write(`client ${clientId}, secret ${clientSecret}\n`);
  process.stdout.write(`pay from ${fake.href(`funding-sources/${fake.balanceSourceId}`)}\n`);
  process.stdout.write(`webhooks are signed with ${fake.webhookSecret}\n`);
  return fake;
});
