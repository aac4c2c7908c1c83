/** What came back: an HTTP answer, bytes of no particular form, or nothing. */
export type Answer =
  | {
      readonly kind: "http";
      readonly status: number;
      /** Lower-case names; several of one name are joined with a comma. */
      readonly headers: ReadonlyMap<string, string>;
      readonly trailers: ReadonlyMap<string, string>;
      readonly body: Buffer;
      /** False where a stream without an end was left. */
      readonly complete: boolean;
    }
  | { readonly kind: "bytes"; readonly bytes: Buffer }
  | { readonly kind: "lost"; readonly why: "closed" | "reset" | "silent" | "not sent" };

export type HttpAnswer = Extract<Answer, { kind: "http" }>;
