/** How many decimals a currency has. */
export type Decimals = 0 | 2 | 3;

const decimalsByCurrency: Readonly<Record<string, Decimals>> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  UYI: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
};

/** ISO 4217's decimals. A processor may use others (its folder then says so). */
export function decimalsOf(currency: string): Decimals {
  return decimalsByCurrency[currency.toUpperCase()] ?? 2;
}

/** 1234n with 2 decimals is "12.34", with 0 "1234", with 3 "1.234". */
export function toDecimal(minor: bigint, decimals: Decimals): string {
  const sign = minor < 0n ? "-" : "";
  const digits = (minor < 0n ? -minor : minor).toString().padStart(decimals + 1, "0");
  if (decimals === 0) return sign + digits;
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** The other way. Undefined for what is no decimal, or has more decimals than the currency. */
export function toMinor(text: string, decimals: Decimals): bigint | undefined {
  const found = /^(-?)(\d{1,30})(?:\.(\d{1,30}))?$/.exec(text);
  if (!found) return undefined;
  const [, sign = "", whole = "", fraction = ""] = found;
  const kept = fraction.slice(0, decimals).padEnd(decimals, "0");
  if (/[1-9]/.test(fraction.slice(decimals))) return undefined;
  return BigInt(`${sign}${whole}${kept}`);
}
