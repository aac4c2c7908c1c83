import { expect, it } from "vitest";
import { SAMPLES } from "../domain/payout-method/samples.ts";
import { ACH } from "../e2e/money/client.ts";
import { API_KEY } from "../e2e/money/process.ts";
import { FIXED_SECRETS, SecretScanner } from "./fixed-secrets.ts";

const { card, ach, bacs, sepa, pix, open_banking_uk, apple_pay, passthrough } = SAMPLES;
const link = `/l/${"t".repeat(43)}`;

/** What fixtures hold, as it would be printed. None of it is in a title: titles are printed. */
const SECRETS: readonly string[] = [
  API_KEY,
  ACH.ach.accountNumber,
  link,
  `PAYOUT_HASH_KEY=${"a".repeat(43)}=`,
  card.cardNumber,
  ach.accountNumber,
  bacs.accountNumber,
  sepa.iban,
  pix.taxId,
  open_banking_uk.iban,
  apple_pay.dpan,
  passthrough.pspToken,
].map(String);

const found = (...pieces: readonly string[]) => {
  const scanner = new SecretScanner();
  for (const piece of pieces) scanner.read(piece);
  return scanner.found;
};

it("secrets of fixtures are found in what tests print, however it comes", () => {
  for (const [index, secret] of SECRETS.entries()) {
    const compact = secret.replace(/[\s.-]/g, "");
    const coloured = `\u001b[32m- "${secret.slice(0, 4)}\u001b[0m${secret.slice(4)}"`;
    expect([index, found(`{"value":"${secret}"}`).length]).toEqual([index, 1]);
    expect([index, found(coloured).length]).toEqual([index, 1]);
    for (let at = 0; at < secret.length; at += 1) {
      expect([index, found(secret.slice(0, at), secret.slice(at)).length]).toEqual([index, 1]);
    }
    // The punctuation that people write is none of the secret, but in tokens.
    if (/^[\d\s.-]+$/.test(secret)) expect([index, found(compact).length]).toEqual([index, 1]);
  }
  expect(new Set(SECRETS.flatMap((secret) => found(secret).map(nameOf))).size).toBe(
    FIXED_SECRETS.length,
  );
});

it("what is found is named and not said again", () => {
  const [told = ""] = found(`behind this comes ${ACH.ach.accountNumber}`);
  expect(told).toBe("a US account, after: behind this comes");
});

it("what looks alike is none", () => {
  expect(found("po_01m815gfc5e3xat4vztysn1jna 1795345876249 sk_test_short /l/ 000123456")).toEqual(
    [],
  );
});

function nameOf(told: string): string {
  return told.split(", after:")[0] ?? "";
}
