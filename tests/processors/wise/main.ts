import { runByHand } from "../support/run-by-hand.ts";
import { openWiseFake } from "./fake.ts";

/** Two seconds a step: slow enough to watch, fast enough to wait for. */
const stepMs = 2_000;

await runByHand("wise", 9102, (how) => openWiseFake({ ...how, stepMs }));
