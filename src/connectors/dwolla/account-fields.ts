import type { AccountField, OpenAccount } from "../connector.ts";
import { isId } from "./references.ts";

/** Visible characters without a colon, which would end the id within the credentials. */
const CLIENT_ID = /^[!-9;-~]{1,256}$/;
const CLIENT_SECRET = /^[!-~]{1,256}$/;

/** What a merchant's Dwolla account needs. */
export const DWOLLA_ACCOUNT_FIELDS: readonly AccountField[] = [
  {
    name: "client_id",
    secret: false,
    required: true,
    about: "The application's key; on Dwolla's Dashboard under Applications.",
    pattern: CLIENT_ID,
  },
  {
    name: "client_secret",
    secret: true,
    required: true,
    about: "The application's secret, beside its key.",
    pattern: CLIENT_SECRET,
  },
  {
    name: "funding_source_id",
    secret: false,
    required: true,
    about:
      "The id of the funding source that payouts are paid from: your balance, or a verified bank; the last part of its address in the API's list of your account's funding sources.",
    pattern: /^[0-9a-fA-F-]{36}$/,
  },
  {
    name: "webhook_secret",
    secret: true,
    required: false,
    about:
      "The secret that you gave when you subscribed to webhooks; during a rotation the new one and the old one with a comma between. Without it webhooks are refused and payouts are asked for instead.",
  },
];

export const DWOLLA_BASE_URLS = {
  test: "https://api-sandbox.dwolla.com",
  live: "https://api.dwolla.com",
} as const;

/** What calls are made with. Holds the secret: never log it. */
export interface DwollaSettings {
  readonly clientId: string;
  readonly clientSecret: string;
  /** What payouts are paid from. */
  readonly source: string;
}

/** Undefined when a setting is missing or could not be sent: then nothing is. */
export function readSettings({ settings }: OpenAccount): DwollaSettings | undefined {
  const clientId = settings["client_id"]?.trim() ?? "";
  const clientSecret = settings["client_secret"]?.trim() ?? "";
  const source = settings["funding_source_id"]?.trim() ?? "";
  const areGood = CLIENT_ID.test(clientId) && CLIENT_SECRET.test(clientSecret) && isId(source);
  return areGood ? { clientId, clientSecret, source } : undefined;
}
