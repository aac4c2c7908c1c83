/**
 * Snapshots of resources as text: JSON in which a bigint is a string that begins with a mark of
 * ours. A caller's own string that begins like one is marked as a string, so the two never meet.
 * Events and idempotent answers keep a resource as it was; nothing in a resource is secret.
 */
export function encodeSnapshot(resource: unknown): string {
  return JSON.stringify(resource, (_key, value: unknown) => {
    if (typeof value === "bigint") return `${BIGINT}${value}`;
    return typeof value === "string" && value.startsWith(MARK) ? `${STRING}${value}` : value;
  });
}

/** The resource of `encodeSnapshot`. The caller names its type: only our own text is read here. */
export function decodeSnapshot<T>(text: string): T {
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== "string" || !value.startsWith(MARK)) return value;
    const rest = value.slice(BIGINT.length);
    return value.startsWith(BIGINT) ? BigInt(rest) : rest;
  }) as T;
}

const MARK = "\u0000";
const BIGINT = `${MARK}n`;
const STRING = `${MARK}s`;
