import { FieldReader } from "../field-reader.ts";
import { canonical, type Rail } from "./rail.ts";

/** A token that a processor made; we hold it as a secret and do not look inside. */
export type Passthrough = {
  readonly kind: "passthrough";
  readonly pspToken: string;
  /** What the processor calls this kind of token. */
  readonly tokenKind: string;
};

const TOKEN_KIND = "Give the kind of the token: 1 to 64 letters, digits and - _ . : /";

export const passthrough: Rail<Passthrough> = {
  parse(input) {
    const reader = new FieldReader("passthrough");
    const pspToken = reader.verbatim("psp_token", input.pspToken, {
      max: 2048,
      required: "Give the processor's token.",
      wrong: "Give the processor's token: at most 2048 characters.",
    });
    const tokenKind = reader.text("token_kind", input.tokenKind, {
      max: 64,
      required: TOKEN_KIND,
      wrong: TOKEN_KIND,
    });
    if (tokenKind !== undefined && !/^[A-Za-z0-9_.:/-]+$/.test(tokenKind)) {
      reader.refuse("token_kind", TOKEN_KIND);
    }
    if (!pspToken || !tokenKind || reader.refused) return reader.refusal();
    return { method: { kind: "passthrough", pspToken, tokenKind } };
  },

  mask: ({ kind }) => ({ kind }),
  fingerprint: ({ kind, tokenKind, pspToken }) => canonical(kind, tokenKind, pspToken),
  currencies: null,
  countryOf: () => undefined,
};
