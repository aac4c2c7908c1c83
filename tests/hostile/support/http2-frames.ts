/** HTTP/2 by hand: whatever no library would send. */

export const frameType = {
  data: 0,
  headers: 1,
  priority: 2,
  resetStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

export const flag = { none: 0, endStream: 1, ack: 1, endHeaders: 4 } as const;

export const errorCode = {
  noError: 0,
  protocolError: 1,
  internalError: 2,
  flowControlError: 3,
  settingsTimeout: 4,
  refusedStream: 7,
  cancel: 8,
  compressionError: 9,
  enhanceYourCalm: 11,
} as const;

export const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

export function frame(
  type: number,
  flags = 0,
  streamId = 0,
  payload: Uint8Array = Buffer.alloc(0),
): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, payload]);
}

export function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

/** One SETTINGS frame; ids by number (RFC 9113, 6.5.2). */
export function settings(values: Readonly<Record<number, number>> = {}): Buffer {
  const payload = Buffer.concat(
    Object.entries(values).map(([id, value]) =>
      Buffer.concat([word(Number(id)).subarray(2), word(value)]),
    ),
  );
  return frame(frameType.settings, flag.none, 0, payload);
}

export type HeaderList = readonly (readonly [name: string, value: string])[];

/** HPACK, every field a literal without indexing: names and values go out as they are given. */
export function headerBlock(headers: HeaderList): Buffer {
  const text = (value: string): Buffer => {
    const bytes = Buffer.from(value, "latin1");
    if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
    const length = [127];
    let rest = bytes.length - 127;
    for (; rest >= 128; rest >>= 7) length.push((rest & 127) | 128);
    length.push(rest);
    return Buffer.concat([Buffer.from(length), bytes]);
  };
  return Buffer.concat(
    headers.flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]),
  );
}

/** A request's HEADERS frame, whole. */
export function headers(streamId: number, list: HeaderList, endStream = true): Buffer {
  const flags = flag.endHeaders | (endStream ? flag.endStream : 0);
  return frame(frameType.headers, flags, streamId, headerBlock(list));
}

export function request(
  path: string,
  { method = "GET", more = [] as HeaderList, authority = "a" } = {},
): HeaderList {
  return [
    [":method", method],
    [":scheme", "http"],
    [":authority", authority],
    [":path", path],
    ...more,
  ];
}

/** The whole frames in `bytes`; a last one that is not complete is left out. */
export function framesIn(bytes: Buffer): Frame[] {
  const frames: Frame[] = [];
  let at = 0;
  while (at + 9 <= bytes.length) {
    const length = bytes.readUIntBE(at, 3);
    if (at + 9 + length > bytes.length) break;
    frames.push({
      type: bytes.readUInt8(at + 3),
      flags: bytes.readUInt8(at + 4),
      streamId: bytes.readUInt32BE(at + 5) & 0x7fffffff,
      payload: bytes.subarray(at + 9, at + 9 + length),
    });
    at += 9 + length;
  }
  return frames;
}
