/** One thing that is done to the service: everything in it is JSON, so that it can be kept and replayed. */
export type Input = CallInput | RawInput | PureInput;

/** What a call is meant as; `any` where the input itself leaves it open. */
export type Face = "rest" | "connect" | "connect-stream" | "grpc" | "grpc-web" | "page" | "any";

/** An HTTP request. Texts are latin1: one character is one byte. */
export interface CallInput {
  readonly kind: "call";
  readonly http: 1 | 2;
  readonly face: Face;
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** Answers that never end by themselves (Watch) are left after a moment. */
  readonly endless?: true;
  /** The request's own framing is damaged: no answer, or a hung-up, is an answer too. */
  readonly damaged?: true;
}

/** Bytes for a connection of its own, in pieces, as latin1. */
export interface RawInput {
  readonly kind: "raw";
  readonly pieces: readonly string[];
  /** Whether our side is closed after the last piece. */
  readonly end: boolean;
}

/** A call of a pure part of the service, in this process. */
export interface PureInput {
  readonly kind: "pure";
  readonly part: string;
  /** Latin1. */
  readonly data: readonly string[];
}

export function bytesOf(latin1: string): Buffer {
  return Buffer.from(latin1, "latin1");
}

export function latin1Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** Text as the bytes of its UTF-8, lone surrogates included. */
export function utf8(text: string): string {
  return latin1Of(Buffer.from(text, "utf8"));
}
