import { runByHand } from "../support/run-by-hand.ts";
import { openPayPalFake } from "./paypal-fake.ts";

// Enough money to try things with, in minor units.
const start = 100_000_000n;

await runByHand("paypal", 9102, async (how) => {
  const fake = await openPayPalFake(how);
  for (const currency of ["USD", "EUR", "GBP", "JPY"]) fake.funds.fund(currency, start);
  return fake;
});
