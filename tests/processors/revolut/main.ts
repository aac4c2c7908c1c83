import { runByHand } from "../support/run-by-hand.ts";
import { openRevolutFake } from "./fake.ts";

/** Two seconds a step: slow enough to watch, fast enough to wait for. */
const stepMs = 2_000;

await runByHand("revolut", 9106, async (how) => {
  const fake = await openRevolutFake({ ...how, stepMs });
  // Made for this run: without them no token can be had.
  const { clientId, issuer, refreshToken, clientPrivateKey } = fake;
  const signing_secret = fake.hooks.secretOf();
  const source_accounts = fake.accounts.all().map(({ currency, id }) => `${currency}=${id}`);
  process.stdout.write(
    `${JSON.stringify({ clientId, issuer, refreshToken, signing_secret, source_accounts })}\n${clientPrivateKey}`,
  );
  return fake;
});
