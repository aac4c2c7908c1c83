import { create, equals, type JsonValue, type Message, toBinary, toJson } from "@bufbuild/protobuf";
import fc from "fast-check";
import { expect, test } from "vitest";
import { message, registry } from "./descriptors.ts";
import { restOf } from "./harness.ts";

const everything = message("Everything");
const book = message("Book");

const text = fc.string({ unit: "grapheme", maxLength: 12 });
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const timestamp = fc.record({
  seconds: fc.bigInt({ min: -62_135_596_800n, max: 253_402_300_799n }),
  nanos: fc.integer({ min: 0, max: 999_999_999 }),
});
const duration = fc
  .tuple(
    fc.bigInt({ min: 0n, max: 315_575_999_999n }),
    fc.integer({ min: 0, max: 999_999_999 }),
    fc.boolean(),
  )
  .map(([seconds, nanos, negative]) =>
    negative ? { seconds: -seconds, nanos: nanos === 0 ? 0 : -nanos } : { seconds, nanos },
  );

const scalars = {
  text,
  big: int64,
  genre: fc.constantFrom(0, 1, 2, 77),
  ubig: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  small: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  usmall: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  dbl: fc.double(),
  flt: fc.float(),
  flag: fc.boolean(),
  data: fc.uint8Array({ maxLength: 9 }),
  texts: fc.array(text, { maxLength: 3 }),
  bigs: fc.array(int64, { maxLength: 3 }),
  flags: fc.array(fc.boolean(), { maxLength: 3 }),
  genres: fc.array(fc.constantFrom(0, 1, 2), { maxLength: 3 }),
  datas: fc.array(fc.uint8Array({ maxLength: 9 }), { maxLength: 3 }),
  at: timestamp,
  span: duration,
  mask: fc.record({
    paths: fc.uniqueArray(fc.constantFrom("text", "inner_part.flt"), { minLength: 1 }),
  }),
  maybeText: text,
  maybeBig: int64,
  chosen: text,
};
const partOf = (required: ("text" | "big")[]) =>
  fc.record(scalars, { requiredKeys: required as [] });
const anyMessage = fc
  .tuple(partOf(["text", "big"]), fc.option(partOf([]), { nil: undefined }))
  .filter(([outer]) => outer.text !== "")
  .map(([outer, innerPart]) =>
    create(everything, { ...outer, innerPart } as Record<string, unknown>),
  );

/** Writes a message as google.api.http has a client write it. */
function toTarget(value: Message): string {
  const json = toJson(everything, value, { alwaysEmitImplicit: true }) as Record<string, JsonValue>;
  const { text: first, big, genre, ...rest } = json;
  const pairs: string[] = [];
  const walk = (prefix: string, object: Record<string, JsonValue>): void => {
    for (const [key, field] of Object.entries(object)) {
      for (const single of Array.isArray(field) ? field : [field]) {
        if (typeof single === "object" && single !== null) {
          walk(`${prefix}${key}.`, single as Record<string, JsonValue>);
        } else {
          pairs.push(
            `${prefix}${key}=${encodeURIComponent(Object.is(single, -0) ? "-0" : String(single))}`,
          );
        }
      }
    }
  };
  walk("", rest);
  const path = [first, big, genre].map((value) => encodeURIComponent(String(value))).join("/");
  return `GET /v1/round/${path}?${pairs.join("&")}`;
}

test("a message survives path and query", async () => {
  const { send, calls } = restOf();
  await fc.assert(
    fc.asyncProperty(anyMessage, async (value) => {
      calls.length = 0;
      const response = await send(toTarget(value));
      expect(response?.status, String(response?.body)).toBe(200);
      const arrived = calls[0]?.message as Message;
      // An inner message of nothing but unset fields has no parameter to stand for it.
      expect(toBinary(everything, arrived)).toEqual(toBinary(everything, value));
    }),
    { numRuns: 200 },
  );
});

test("a message survives body and response", async () => {
  const place = fc.oneof(
    fc.constant({ case: undefined }),
    text.map((value) => ({ case: "shelf" as const, value })),
    text.map((givenName) => ({ case: "keeper" as const, value: { givenName } })),
  );
  const leaf = fc.record({
    title: text,
    genre: fc.constantFrom(0, 1, 2),
    priceMinor: int64,
    authors: fc.array(text, { maxLength: 3 }),
    labels: fc.dictionary(text, text, { maxKeys: 3 }),
    readers: fc.array(fc.record({ givenName: text, age: fc.nat() }), { maxLength: 3 }),
    publishTime: timestamp,
    loan: duration,
    extra: fc
      .jsonValue({ maxDepth: 2 })
      .map((a) => JSON.parse(JSON.stringify({ a }))) as fc.Arbitrary<object>,
    cover: fc.uint8Array({ maxLength: 9 }),
    weight: fc.double({ noNaN: true }).map((value) => value + 0),
    place,
  });
  const value = fc
    .tuple(leaf, fc.option(leaf, { nil: undefined }))
    .map(([outer, sequel]) => create(book, { ...outer, sequel } as Record<string, unknown>));
  const { send, calls } = restOf(({ message: request }) => request, { registry });
  await fc.assert(
    fc.asyncProperty(value, fc.boolean(), fc.boolean(), async (sent, useProtoFieldName, all) => {
      calls.length = 0;
      const json = toJson(book, sent, { useProtoFieldName, alwaysEmitImplicit: all });
      const response = await send("POST /v1/books", { body: json });
      expect(response?.status, String(response?.body)).toBe(200);
      const arrived = calls[0]?.message as Message;
      expect(toJson(book, arrived)).toEqual(toJson(book, sent));
      expect(equals(book, arrived, sent)).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test("no body makes it throw, echo or answer anything but 200 and 400", async () => {
  const { send } = restOf(undefined, { registry });
  const secret = "483920175566";
  const junk = fc.letrec<{ json: JsonValue }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<JsonValue>(null, true, Number(secret), secret, `${secret}x`, 1.5, ""),
      fc.array(tie("json"), { maxLength: 3 }),
      fc.dictionary(
        fc.constantFrom(...book.fields.map((f) => f.name), "__proto__", "@type", "givenName", "x"),
        tie("json"),
        { maxKeys: 5 },
      ),
    ),
  })).json;
  await fc.assert(
    fc.asyncProperty(junk, async (body) => {
      const response = await send("POST /v1/books", { body });
      expect([200, 400]).toContain(response?.status);
      if (response?.status === 400) {
        expect(String(response.body)).not.toContain(secret);
        expect(String(response.body)).not.toContain("cannot be read");
      }
    }),
    { numRuns: 500 },
  );
});
