/** What a handler answers. */
export interface FakeReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON; text and bytes as they are; undefined is no body. */
  readonly body?: unknown;
}

/** A reply as bytes. */
export interface EncodedReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly raw: Buffer;
}

export function encodeReply(reply: FakeReply, jsonType: string): EncodedReply {
  const { body } = reply;
  const asIs = typeof body === "string" || Buffer.isBuffer(body);
  const raw =
    body === undefined ? Buffer.alloc(0) : Buffer.from(asIs ? body : JSON.stringify(body));
  const type = raw.length > 0 && !asIs ? { "content-type": jsonType } : {};
  return { status: reply.status, headers: { ...type, ...lowerCased(reply.headers) }, raw };
}

function lowerCased(headers: FakeReply["headers"] = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, v]) => [name.toLowerCase(), v]));
}
