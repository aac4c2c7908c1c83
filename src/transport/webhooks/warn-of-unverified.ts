import { limits } from "../../limits.ts";
import type { Logger } from "../../telemetry/logger.ts";

/**
 * Logs that messages of processors were refused, once in a while, with how many it were since; nothing of
 * them, since anybody can send them. Strangers do it, and so does a secret that was not set right.
 */
export function warnOfUnverified(
  log: Pick<Logger, "warn">,
  now: () => number,
): (connector: string) => void {
  const refused = new Map<string, number>();
  let toldAt = Number.NEGATIVE_INFINITY;
  return (connector) => {
    refused.set(connector, (refused.get(connector) ?? 0) + 1);
    if (now() - toldAt < limits.webhooks.unverifiedEveryMs) return;
    toldAt = now();
    for (const [name, count] of refused) {
      log.warn(
        { connector: name, refused: count },
        "webhooks were refused: their signature is not right",
      );
    }
    refused.clear();
  };
}
