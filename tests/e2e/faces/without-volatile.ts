import type { JsonValue } from "@bufbuild/protobuf";

const VOLATILE: readonly (readonly [RegExp, string])[] = [
  [/^([a-z]+)_[0-9a-hjkmnp-tv-z]{26}$/, "<$1>"],
  [/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/, "<time>"],
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, "<uuid>"],
  [/\/(webhooks\/[a-z]+)\/cacct_[0-9a-z]{26}$/, "/$1/<cacct>"],
  [/\/l\/[\w-]{43}$/, "/l/<token>"],
  [/^(sk_live|sk_test)_[\w-]{43}$/, "<$1>"],
  [/^whsec_[A-Za-z0-9+/]{43}=$/, "<whsec>"],
];

/** The names of fields whose value is new each time without saying so. */
const OPAQUE: ReadonlySet<string> = new Set([
  "nextPageToken",
  "etag",
  "hint",
  "duration",
  "webhook-timestamp",
]);

/** A value with ids, times and other words that are new each time replaced by what they are. */
export function withoutVolatile(value: unknown, name = ""): unknown {
  if (Array.isArray(value)) return value.map((each) => withoutVolatile(each));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value as Record<string, JsonValue>).map(([key, part]) => [
        key,
        withoutVolatile(part, key),
      ]),
    );
  }
  if (typeof value !== "string" || value === "") return value;
  if (OPAQUE.has(name)) return `<${name}>`;
  return VOLATILE.reduce((text, [pattern, word]) => text.replace(pattern, word), value);
}
