import { runByHand } from "../support/run-by-hand.ts";
import { FakeAdyen } from "./fake.ts";

/** `node tests/processors/adyen/main.ts --port 9103 [--webhooks URL]`; its key is "AQEtest-api-key". */
await runByHand("Adyen", 9103, async (how) => {
  const fake = await FakeAdyen.open({ ...how, stepMs: 1000 });
  for (const currency of ["EUR", "USD", "GBP", "JPY", "KWD"]) fake.fund(currency, 100_000_000n);
  process.stdout.write(`balance account ${fake.balanceAccountId}\n`);
  return fake;
});
