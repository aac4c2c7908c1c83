import type { WebhookMessage } from "../../../src/connectors/connector.ts";
import { demand } from "./check.ts";
import type { WebhookSigning } from "./subject.ts";

/** A message that the processor has not sent. */
export interface Forgery {
  readonly name: string;
  readonly message: WebhookMessage;
}

/**
 * Everything that is nearly a message: each bit of the body and of the signature turned over, each header
 * left out, the signature written in the other way, cut, empty, or of other bytes.
 *
 * @param most bits that are tried of each; absent: all
 */
export function* forgeries(
  message: WebhookMessage,
  signing: WebhookSigning,
  most?: number,
): Generator<Forgery> {
  const { headers, body } = message;
  for (const bit of bits(body.length * 8, most)) {
    yield { name: `bit ${bit} of the body`, message: { ...message, body: flipped(body, bit) } };
  }
  for (const [name, longer] of [
    ["a space after", [...body, 32]],
    ["no body", []],
  ] as const) {
    yield { name: `${name} the body`, message: { ...message, body: new Uint8Array(longer) } };
  }
  const { header } = signing.signature;
  const written = headers[header];
  demand(written, `the message has no header ${header}`);
  const withSignature = (name: string, value: string): Forgery => ({
    name,
    message: { ...message, headers: { ...headers, [header]: value } },
  });
  for (const bit of bits(written.length * 8, most)) {
    const value = Buffer.from(flipped(Buffer.from(written), bit)).toString("latin1");
    if (meaning(value, signing) === meaning(written, signing)) continue;
    yield withSignature(`bit ${bit} of the signature`, value);
  }
  yield withSignature("an empty signature", "");
  yield withSignature("the signature written the other way", otherWay(written, signing));
  yield withSignature("half of the signature", written.slice(0, written.length / 2));
  yield withSignature("a signature of other bytes", zeroed(written, signing));
  for (const each of signing.headers) {
    const { [each]: left, ...others } = headers;
    demand(left !== undefined, `the message has no header ${each}`);
    yield { name: `without the header ${each}`, message: { ...message, headers: others } };
  }
}

function* bits(count: number, most = count): Generator<number> {
  const step = Math.max(1, Math.floor(count / most));
  for (let bit = 0; bit < count; bit += step) yield bit;
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}

/** The runs of digits that are signatures. */
function runs({ signature: { encoding } }: WebhookSigning): RegExp {
  return encoding === "hex" ? /[0-9a-f]{32,}/gi : /[A-Za-z0-9+/]{32,}={0,2}/g;
}

/** The same for two ways to write the same: letter case of hex, the unused bits at the end of base64. */
function meaning(value: string, signing: WebhookSigning): string {
  const { encoding } = signing.signature;
  return value.replace(runs(signing), (text) => Buffer.from(text, encoding).toString("hex"));
}

function otherWay(value: string, signing: WebhookSigning): string {
  const { encoding } = signing.signature;
  const other = encoding === "hex" ? "base64" : "hex";
  return value.replace(runs(signing), (text) => Buffer.from(text, encoding).toString(other));
}

function zeroed(value: string, signing: WebhookSigning): string {
  const { encoding } = signing.signature;
  return value.replace(runs(signing), (text) =>
    Buffer.alloc(Buffer.from(text, encoding).length).toString(encoding),
  );
}
