/**
 * Our own ISO 4217 table. `Intl` is no source for exponents: it follows CLDR's habits of display
 * (HUF with none, though the standard says two), and an exponent that is off by one pays ten times
 * too much.
 *
 * In: every active alpha-3 code of a currency people are paid in, and the two units of account that
 * amounts are quoted in (CLF, UYW: exponent 4). Out: funds codes (BOV, CHE, CHW, COU, MXV, USN,
 * UYI), metals (XAU ...), XDR and the other supranational units, testing (XTS), none (XXX), and
 * withdrawn codes (ANG, BGN, CUC, HRK, SLL, ZWL ...).
 */
const CODES_BY_EXPONENT: Readonly<Record<number, string>> = {
  0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
  2: `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
    CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD
    HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK
    MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD
    RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS
    UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG`,
  3: "BHD IQD JOD KWD LYD OMR TND",
  4: "CLF UYW",
};

const EXPONENTS: ReadonlyMap<string, number> = new Map(
  Object.entries(CODES_BY_EXPONENT).flatMap(([exponent, codes]) =>
    codes.split(/\s+/).map((code): [string, number] => [code, Number(exponent)]),
  ),
);

/** Every code in the table, sorted. */
export const CURRENCIES: readonly string[] = [...EXPONENTS.keys()].sort();

/** How many decimal places the currency has (0, 2, 3 or 4); undefined for a code not in the table. */
export function currencyExponent(code: string): number | undefined {
  return EXPONENTS.get(code);
}

/** Whether the text is exactly a code of the table: upper case, no spaces. */
export function isCurrency(code: string): boolean {
  return EXPONENTS.has(code);
}
