import { runByHand } from "../support/run-by-hand.ts";
import { openItauFake } from "./fake.ts";

// Enough money to try things with, in centavos.
const balance = 100_000_000n;

/** `node tests/processors/itau/main.ts --port 9107`; id and secret are printed. */
await runByHand("Itau", 9107, async (how) => {
  const fake = await openItauFake({ ...how, balance });
  const { id, secret } = fake.tokens.client;
  process.stdout.write(`client_id ${id}\nclient_secret ${secret}\n`);
  return fake;
});
