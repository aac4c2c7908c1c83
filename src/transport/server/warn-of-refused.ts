import type { Logger } from "../../telemetry/logger.ts";
import type { OnePortServerOptions } from "./one-port-options.ts";

/** A flood is told of once in so long (milliseconds): it must not become a flood of lines. */
const EVERY_MS = 60_000;

const HINTS = {
  all: "connections are turned away: as many are open as there may be",
  address:
    "connections of one address are turned away: if it is your proxy's, set PAYOUT_TRUSTED_PROXIES",
} as const;

/** Logs that connections are turned away, once a minute for each bound, with how many it were since. */
export function warnOfRefused(
  log: Pick<Logger, "warn">,
  now: () => number,
): NonNullable<OnePortServerOptions["onRefusedConnection"]> {
  const refused = { all: 0, address: 0 };
  const toldAt = { all: Number.NEGATIVE_INFINITY, address: Number.NEGATIVE_INFINITY };
  return (bound) => {
    refused[bound] += 1;
    if (now() - toldAt[bound] < EVERY_MS) return;
    log.warn({ refused: refused[bound] }, HINTS[bound]);
    refused[bound] = 0;
    toldAt[bound] = now();
  };
}
