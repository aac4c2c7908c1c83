import { crc32, deflateSync } from "node:zlib";

const SIZE = 96;
const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");

/** A real image, as a merchant's logo is one: a ring on a coloured square, PNG, 96 pixels wide and high. */
export function logoImage([red, green, blue]: readonly [number, number, number]): Buffer {
  const rows = Array.from({ length: SIZE }, (_, y) => {
    const row = Array.from({ length: SIZE }, (_, x) => {
      const distance = Math.hypot(x - SIZE / 2, y - SIZE / 2);
      return distance > 22 && distance < 32 ? [255, 255, 255] : [red, green, blue];
    });
    // Each row begins with its filter: none.
    return Buffer.from([0, ...row.flat()]);
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIZE, 0);
  header.writeUInt32BE(SIZE, 4);
  // 8 bits a channel, red, green and blue.
  header.set([8, 2], 8);
  const pixels = deflateSync(Buffer.concat(rows));
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("IDAT", pixels),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
