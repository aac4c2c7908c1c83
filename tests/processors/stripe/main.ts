import { runByHand } from "../support/run-by-hand.ts";
import { openStripeFake } from "./stripe-fake.ts";

// Enough money to try things with, in minor units.
const start = 100_000_000n;

await runByHand("stripe", 9101, async (how) => {
  const fake = await openStripeFake(how);
  for (const currency of ["usd", "eur", "gbp", "jpy"]) fake.fund(currency, start);
  return fake;
});
