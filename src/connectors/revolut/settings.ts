import type { PayoutError } from "../../domain/payout.ts";
import type { OpenAccount } from "../connector.ts";
import { settingOf } from "../toolkit/settings.ts";
import { REVOLUT_ACCOUNT_FIELDS } from "./account-fields.ts";

/** What a call is made with. Holds secrets: never log it. */
export interface RevolutSettings {
  readonly clientId: string;
  readonly issuer: string;
  /** PEM, with real line breaks. */
  readonly privateKey: string;
  readonly refreshToken: string;
  readonly sources: SourceAccounts;
  readonly transferReason: string | undefined;
  readonly exchangeReason: string | undefined;
}

/** Ids of the merchant's own accounts at Revolut. */
export interface SourceAccounts {
  readonly byCurrency: ReadonlyMap<string, string>;
  /** Pays every currency that has none of its own. */
  readonly otherwise: string | undefined;
}

/** Undefined when a setting is missing or could not be sent: then nothing is. */
export function readSettings(account: OpenAccount): RevolutSettings | undefined {
  const values: Record<string, string> = {};
  for (const { name, required, pattern } of REVOLUT_ACCOUNT_FIELDS) {
    const value = settingOf(account, name);
    if (value === undefined && required) return undefined;
    if (value !== undefined && pattern?.test(value) === false) return undefined;
    if (value !== undefined) values[name] = value;
  }
  return {
    clientId: values["client_id"] ?? "",
    issuer: values["issuer"] ?? "",
    privateKey: (values["private_key"] ?? "").replaceAll("\\n", "\n"),
    refreshToken: values["refresh_token"] ?? "",
    sources: readSources(values["source_accounts"] ?? ""),
    transferReason: values["transfer_reason_code"],
    exchangeReason: values["exchange_reason_code"],
  };
}

/** The account that pays in a currency; undefined where the merchant has named none. */
export function sourceOf({ sources }: RevolutSettings, currency: string): string | undefined {
  return sources.byCurrency.get(currency) ?? sources.otherwise;
}

function readSources(text: string): SourceAccounts {
  const parts = text.split(",").map((each) => each.trim());
  const named = parts.flatMap((part): [string, string][] => {
    const [currency = "", id] = part.split("=");
    return id === undefined ? [] : [[currency, id]];
  });
  return {
    byCurrency: new Map(named),
    otherwise: parts.find((part) => !part.includes("=")),
  };
}

export const NO_SOURCE_ACCOUNT: PayoutError = {
  category: "CONFIGURATION",
  reason: "SOURCE_ACCOUNT_MISSING",
  message: "The merchant's account has no source account for the payout's currency.",
};
