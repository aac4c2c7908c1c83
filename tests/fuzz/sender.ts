import type { Answer } from "./answer.ts";
import { Http1Client } from "./http1-client.ts";
import { Http2Client } from "./http2-client.ts";
import type { CallInput, RawInput } from "./input.ts";
import { type RealThings, realize } from "./placeholders.ts";
import { sendRaw } from "./raw-client.ts";

/** An answer must be there by then, on a machine that is busy with something else too (milliseconds). */
const ANSWER_MS = 20_000;
/** Damaged calls are waited for less: often the service waits too, for what will not come. */
const DAMAGED_MS = 400;
/** Streams that go well never end. Longer than the deadline that most are given. */
const STREAM_MS = 250;

/** Sends inputs with the real ids, keys and tokens in them. */
export class Sender {
  readonly #port: number;
  readonly #real: RealThings;
  readonly #http1: Http1Client;
  readonly #http2: Http2Client;

  constructor(url: string, real: RealThings) {
    this.#port = Number(new URL(url).port);
    this.#real = real;
    this.#http1 = new Http1Client(this.#port);
    this.#http2 = new Http2Client(url);
  }

  send(input: CallInput | RawInput): Promise<Answer> {
    const real = this.#real;
    if (input.kind === "raw") {
      const pieces = input.pieces.map((piece) => realize(piece, real));
      return sendRaw(this.#port, { ...input, pieces });
    }
    const call: CallInput = {
      ...input,
      path: realize(input.path, real),
      body: realize(input.body, real),
      headers: input.headers.map(([name, value]) => [name, realize(value, real)]),
    };
    const waitMs = input.damaged ? DAMAGED_MS : input.endless ? STREAM_MS : ANSWER_MS;
    return (input.http === 1 ? this.#http1 : this.#http2).call(call, waitMs);
  }

  close(): void {
    this.#http1.close();
    this.#http2.close();
  }
}
