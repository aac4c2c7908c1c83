/**
 * Snapshots of resources as text: JSON in which a bigint is `{"$bigint": "123"}`. Events and
 * idempotent answers keep a resource as it was; nothing in a resource is secret.
 */
export function encodeSnapshot(resource: unknown): string {
  return JSON.stringify(resource, (_key, value) =>
    typeof value === "bigint" ? { $bigint: value.toString() } : value,
  );
}

/** The resource of `encodeSnapshot`. The caller names its type: only our own text is read here. */
export function decodeSnapshot<T>(text: string): T {
  return JSON.parse(text, (_key, value) =>
    typeof value === "object" && value !== null && typeof value.$bigint === "string"
      ? BigInt(value.$bigint)
      : value,
  ) as T;
}
