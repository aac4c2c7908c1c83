import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { ScalarType } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import type { FuzzRandom } from "./fuzz-random.ts";
import { EDGES, NASTY_TEXTS } from "./nasty.ts";

/** A field as it is on the wire. Messages are lists of fields; whatever else is the bytes of its value. */
interface WireField {
  number: number;
  wire: number;
  value: WireField[] | Uint8Array;
  /** What the length prefix says more or less than the truth. */
  lie?: number;
}

/** Reads a right message into the fields that it consists of. */
function parse(message: DescMessage, bytes: Uint8Array): WireField[] {
  const reader = new BinaryReader(bytes);
  const fields: WireField[] = [];
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    const start = reader.pos;
    const desc = message.fields.find((field) => field.number === number);
    if (wire === WireType.LengthDelimited) {
      const value = reader.bytes();
      const inner = innerOf(desc);
      fields.push({ number, wire, value: inner === undefined ? value : parse(inner, value) });
    } else {
      reader.skip(wire, number);
      fields.push({ number, wire, value: bytes.slice(start, reader.pos) });
    }
  }
  return fields;
}

function innerOf(desc: DescField | undefined): DescMessage | undefined {
  return desc?.fieldKind === "map" ? undefined : desc?.message;
}

function encode(fields: readonly WireField[]): Buffer {
  const parts: Uint8Array[] = [];
  for (const { number, wire, value, lie = 0 } of fields) {
    parts.push(varint((BigInt(number) << 3n) | BigInt(wire & 7)));
    const bytes = Array.isArray(value) ? encode(value) : value;
    if (wire === WireType.LengthDelimited) parts.push(varint(BigInt(bytes.length + lie)));
    parts.push(bytes);
    if (wire === WireType.StartGroup && Array.isArray(value)) {
      parts.push(varint((BigInt(number) << 3n) | BigInt(WireType.EndGroup)));
    }
  }
  return Buffer.concat(parts);
}

/** Unsigned, of 64 bits: a negative number takes ten bytes. */
export function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
}

/** The bytes of a right message with one to three of its fields, or its bytes, damaged. */
export function damagedMessage(
  message: DescMessage,
  right: Uint8Array,
  random: FuzzRandom,
): Uint8Array {
  const fields = parse(message, right);
  for (let times = random.between(1, 3); times > 0; times -= 1) damage(fields, message, random);
  const bytes = encode(fields);
  return random.happens(0.15) ? damagedBytes(bytes, random) : bytes;
}

/** A list of fields somewhere in the tree, more often near the root. */
function somewhere(fields: WireField[], random: FuzzRandom): WireField[] {
  const inner = fields.map(({ value }) => value).filter((value) => Array.isArray(value));
  return inner.length > 0 && random.happens(0.6) ? somewhere(random.pick(inner), random) : fields;
}

function damage(root: WireField[], message: DescMessage, random: FuzzRandom): void {
  const fields = somewhere(root, random);
  const index = random.index(fields);
  const field = fields[index];
  random.weighted<unknown>(
    [2, () => fields.splice(index, 0, unknown(random))],
    [2, () => field !== undefined && fields.splice(random.index(fields), 0, { ...field })],
    [1, () => fields.splice(index, 1)],
    [1, () => fields.reverse()],
    [
      3,
      () => {
        if (field !== undefined) field.value = edge(field.wire, random);
      },
    ],
    [
      2,
      () => {
        if (field !== undefined) field.wire = random.below(8);
      },
    ],
    [
      2,
      () => {
        if (field?.wire === WireType.LengthDelimited) {
          field.lie = random.pick([1, -1, 2, 127, 128, 2 ** 31 - 1, 2 ** 32, -(2 ** 31), 5]);
        }
      },
    ],
    [
      1,
      () => {
        if (field !== undefined) field.number = random.pick([0, 1, 15, 16, 2047, 19_000, 2 ** 29]);
      },
    ],
    [1, () => fields.splice(index, 0, unknownNest(random))],
    [2, () => fields.splice(index, 0, ofKnownNumber(message, random))],
  );
}

/** A field of the contract's number with a value of any type. */
function ofKnownNumber(message: DescMessage, random: FuzzRandom): WireField {
  const desc = message.fields.length === 0 ? undefined : random.pick(message.fields);
  const isText = desc?.fieldKind === "scalar" && desc.scalar === ScalarType.STRING;
  const wire = isText ? WireType.LengthDelimited : random.pick([0, 1, 2, 3, 4, 5]);
  return { number: desc?.number ?? 1, wire, value: edge(wire, random) };
}

function unknown(random: FuzzRandom): WireField {
  const wire = random.pick([0, 1, 2, 5, 3, 4, 6, 7]);
  return {
    number: random.pick([4711, 2 ** 29 - 1, 100, 19_999]),
    wire,
    value: wire === WireType.StartGroup ? [] : edge(wire, random),
  };
}

/** Groups in groups, around the bound of what readers take. */
function unknownNest(random: FuzzRandom): WireField {
  let nest: WireField = { number: 4711, wire: WireType.StartGroup, value: [] };
  for (let depth = random.pick([1, 50, 97, 98, 99, 100, 101, 102, 1000]); depth > 0; depth -= 1) {
    nest = { number: 4711, wire: WireType.StartGroup, value: [nest] };
  }
  return nest;
}

function edge(wire: number, random: FuzzRandom): Uint8Array {
  switch (wire) {
    case WireType.Varint:
      return random.weighted<Uint8Array>(
        [6, () => varint(random.pick(EDGES))],
        [1, () => Buffer.alloc(random.between(9, 12), 0xff)],
        [1, () => Buffer.from([0x80, 0x80, 0x00])],
        [1, () => Buffer.from([0x80])],
      );
    case WireType.Bit64:
      return random.bytes(random.pick([8, 8, 7]));
    case WireType.Bit32:
      return random.bytes(random.pick([4, 4, 3]));
    case WireType.LengthDelimited:
      return random.weighted<Uint8Array>(
        [8, () => Buffer.from(random.pick(NASTY_TEXTS))],
        [3, () => Buffer.from([0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80])],
        [1, () => Buffer.alloc(random.pick([300, 5000, 70_000]), 0x61)],
        [2, () => random.bytes(random.below(40))],
      );
    default:
      return new Uint8Array(0);
  }
}

/** Damage that knows nothing of structure: bits, cuts, insertions. */
export function damagedBytes(bytes: Uint8Array, random: FuzzRandom): Buffer {
  const damaged = Buffer.from(bytes);
  const at = random.index(damaged);
  return random.weighted<Buffer>(
    [
      3,
      () => {
        if (damaged.length > 0) damaged[at] = (damaged[at] ?? 0) ^ (1 << random.below(8));
        return damaged;
      },
    ],
    [2, () => damaged.subarray(0, at)],
    [1, () => damaged.subarray(at)],
    [
      2,
      () =>
        Buffer.concat([
          damaged.subarray(0, at),
          random.bytes(random.between(1, 8)),
          damaged.subarray(at),
        ]),
    ],
    [1, () => Buffer.concat([damaged, damaged])],
  );
}
