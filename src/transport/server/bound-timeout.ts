/** The longest that setTimeout keeps (milliseconds); a longer one would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** Milliseconds in gRPC's units that can come to more than that; the smaller ones cannot. */
const UNITS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1 };

/**
 * Makes a caller's deadline that is beyond what a timer can keep the longest that it can: clients say
 * "no deadline" by one in a thousand years, which must not have passed at once.
 */
export function boundTimeout(header: Headers): void {
  const [, digits = "", unit = ""] =
    /^(\d{1,8})([HMSm])$/.exec(header.get("grpc-timeout") ?? "") ?? [];
  if (Number(digits) * (UNITS[unit] ?? 0) > LONGEST_MS) {
    header.set("grpc-timeout", `${Math.floor(LONGEST_MS / 1000)}S`);
  }
  const connect = header.get("connect-timeout-ms") ?? "";
  if (/^\d{1,10}$/.test(connect) && Number(connect) > LONGEST_MS) {
    header.set("connect-timeout-ms", String(LONGEST_MS));
  }
}
