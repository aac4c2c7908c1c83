import { limits } from "../../limits.ts";
import type { Logger } from "../../telemetry/logger.ts";

/**
 * How many files and sockets this process may have open; undefined where the system does not say.
 * Node has raised the soft limit to the hard one when it started.
 */
export function descriptorLimit(): number | undefined {
  const report: NodeJS.ProcessReport & { excludeNetwork?: boolean } = process.report;
  const before = report.excludeNetwork ?? false;
  // It would ask the DNS for the name of every peer.
  report.excludeNetwork = true;
  try {
    const { userLimits } = report.getReport() as {
      userLimits?: { open_files?: { soft?: number | string } };
    };
    const soft = userLimits?.open_files?.soft;
    return typeof soft === "number" ? soft : undefined;
  } finally {
    report.excludeNetwork = before;
  }
}

/**
 * The connections that there can be, `wanted` at most, when `kept` descriptors stay for the database
 * and for calls to processors. Half of the descriptors where that would leave less.
 */
export function connectionsWithin(
  descriptors: number | undefined,
  { wanted, kept }: { readonly wanted: number; readonly kept: number },
): number {
  if (descriptors === undefined) return wanted;
  const room = Math.max(descriptors - kept, Math.floor(descriptors / 2));
  return Math.max(1, Math.min(wanted, room));
}

/** How many connections the port takes here; says so in the log where it is fewer than it could be. */
export function connectionsThatFit(
  log: Pick<Logger, "warn">,
  descriptors: number | undefined = descriptorLimit(),
): number {
  const wanted = limits.port.connections;
  const connections = connectionsWithin(descriptors, { wanted, kept: limits.descriptorsKept });
  if (connections < wanted) {
    log.warn(
      { connections, descriptors, needed: wanted + limits.descriptorsKept },
      "fewer connections are taken than could be: raise the limit of open files (ulimit -n)",
    );
  }
  return connections;
}
