import type { DescMethod, JsonObject } from "@bufbuild/protobuf";
import type { Answer } from "./answer.ts";

export interface CallOptions {
  /** The API key; null sends none. */
  readonly key: string | null;
  readonly idempotencyKey?: string;
  /** The caller's own deadline (milliseconds). */
  readonly timeoutMs?: number;
}

/** One way in. Requests are proto JSON; each face sends them in its own form. */
export interface Face {
  readonly name: string;
  call(method: DescMethod, request: JsonObject, options: CallOptions): Promise<Answer>;
  /** The messages of a server stream, as proto JSON. Absent where there are no streams. */
  stream?(
    method: DescMethod,
    request: JsonObject,
    options: CallOptions & { readonly signal: AbortSignal },
  ): AsyncIterable<JsonObject>;
  close(): void;
}
