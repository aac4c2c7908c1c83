import type { JsonObject, JsonValue } from "@bufbuild/protobuf";

/** A request as text that is refused, with what it held still in it. */
export interface Spoilt {
  readonly how: string;
  readonly text: string;
}

/** Every way in which a request is refused before anything is stored, whatever the request. */
export function spoil(request: JsonObject): readonly Spoilt[] {
  const text = JSON.stringify(request);
  // What the test says of itself is no secret.
  const { metadata: _, ...told } = request;
  const values = leaves(told);
  const longest = values.reduce((one, other) => (other.length > one.length ? other : one), "");
  /** Right behind its closing quotation mark. */
  const behind = text.indexOf(longest) + longest.length + 1;
  const each = (how: string, change: (value: string) => JsonValue): Spoilt => ({
    how,
    text: JSON.stringify(mapLeaves(request, change)),
  });
  return [
    each("too long", (value) => value.repeat(100)),
    each("with other characters", (value) => `\u0001${value}\u202e`),
    each("as objects", (value) => ({ value })),
    each("as lists", (value) => [value, value]),
    each("as keys", (value) => ({ [value]: value })),
    each("as numbers", (value) => Number(value.replace(/\D/g, "")) || 7),
    { how: "with a field that there is not", text: JSON.stringify({ ...request, cvv: longest }) },
    { how: "as an enum", text: JSON.stringify({ ...request, priority: longest, type: longest }) },
    {
      how: "where others belong",
      text: JSON.stringify({
        ...request,
        amount: { minorAmount: longest, currency: longest },
        ttl: longest,
        expireTime: longest,
        recipientId: longest,
        connector: longest,
        etag: longest,
      }),
    },
    { how: "cut off", text: text.slice(0, behind - 2) },
    { how: "with a slip", text: `${text.slice(0, behind)}!${text.slice(behind)}` },
    { how: "with more behind", text: `${text}${text}` },
    { how: "as a text", text: JSON.stringify(text) },
    { how: "too deep", text: `${'{"a":'.repeat(200)}${text}${"}".repeat(200)}` },
  ];
}

function leaves(value: JsonValue): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap((inner) => leaves(inner as JsonValue));
}

function mapLeaves(value: JsonValue, change: (value: string) => JsonValue): JsonValue {
  if (typeof value === "string") return change(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((inner) => mapLeaves(inner, change));
  const entries = Object.entries(value).map(([key, inner]) => [key, mapLeaves(inner, change)]);
  return Object.fromEntries(entries) as JsonObject;
}
