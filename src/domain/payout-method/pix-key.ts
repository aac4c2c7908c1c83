import { FieldReader } from "../field-reader.ts";
import { lastFour, maskEmail, maskPhone } from "../mask.ts";
import { canonical, type Rail } from "./rail.ts";
import { readTaxId } from "./tax-id.ts";

const KEY_KINDS = ["CPF", "CNPJ", "EMAIL", "PHONE", "EVP"] as const;
type KeyKind = (typeof KEY_KINDS)[number];

export type PixKey = {
  readonly kind: "pix_key";
  readonly pixKey: string;
  /** Always there once parsed: derived from the key when it was not given. */
  readonly keyKind?: KeyKind;
};

const EVP = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const EVP_MESSAGE = "Check the random key: a UUID with its hyphens.";
/** The Pix directory's own limit for an e-mail key. */
const MAX_KEY_EMAIL = 77;

export const pixKey: Rail<PixKey> = {
  parse(input) {
    const reader = new FieldReader("pix_key");
    const given = reader.choice("kind", input.keyKind, {
      of: KEY_KINDS,
      wrong: "Leave the kind out, or give one of CPF, CNPJ, EMAIL, PHONE, EVP.",
    });
    const text = reader.text("pix_key", input.pixKey, {
      max: 254,
      required: "Give the Pix key.",
      wrong: "Give a Pix key: it is longer than any can be.",
    });
    if (text === undefined || reader.refused) return reader.refusal();
    const keyKind = given ?? deriveKind(text);
    const key = readKey(reader, keyKind, text);
    if (!key || !keyKind) return reader.refusal();
    return { method: { kind: "pix_key", pixKey: key, keyKind } };
  },

  mask({ kind, pixKey: key, keyKind }) {
    const country = "BR";
    if (keyKind === "EMAIL") return { kind, country, email: maskEmail(key) };
    if (keyKind === "PHONE") return { kind, country, phone: maskPhone(key) };
    return { kind, country, last4: lastFour(key) };
  },

  fingerprint: ({ kind, keyKind, pixKey: key }) => canonical(kind, keyKind ?? "", key),
  currencies: ["BRL"],
  countryOf: () => "BR",
};

/** By shape alone: eleven digits are a CPF, since a phone key carries its +55. */
function deriveKind(text: string): KeyKind | undefined {
  if (text.includes("@")) return "EMAIL";
  if (text.startsWith("+")) return "PHONE";
  if (EVP.test(text)) return "EVP";
  const compact = text.replace(/[\s./-]/g, "");
  if (/^[0-9]{11}$/.test(compact)) return "CPF";
  return /^[0-9A-Za-z]{12}[0-9]{2}$/.test(compact) ? "CNPJ" : undefined;
}

function readKey(
  reader: FieldReader,
  keyKind: KeyKind | undefined,
  text: string,
): string | undefined {
  switch (keyKind) {
    case "CPF":
      return readTaxId(reader, "pix_key", text, ["CPF"], {
        wrong: "Check the CPF key: 11 digits, the last two its check digits; a phone needs +55.",
      });
    case "CNPJ":
      return readTaxId(reader, "pix_key", text, ["CNPJ"], {
        wrong: "Check the CNPJ key: 14 characters, the last two its check digits.",
      });
    case "EMAIL":
      // The directory keeps e-mail keys in lower case as a whole.
      return reader.email("pix_key", text.toLowerCase(), {
        max: MAX_KEY_EMAIL,
        wrong: "Check the e-mail key: name@example.com, at most 77 characters.",
      });
    case "PHONE": {
      const wrong = "Give the phone key with +55, the area code and the number.";
      const phone = reader.phone("pix_key", text, { wrong });
      if (phone === undefined || phone.e164.startsWith("+55")) return phone?.e164;
      return reader.refuse("pix_key", wrong);
    }
    case "EVP":
      return EVP.test(text) ? text.toLowerCase() : reader.refuse("pix_key", EVP_MESSAGE);
    case undefined:
      return reader.refuse(
        "pix_key",
        "Give a Pix key in plain characters: CPF, CNPJ, e-mail, phone with +55, or random key (UUID).",
      );
  }
}
