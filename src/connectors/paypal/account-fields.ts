import type { AccountField, OpenAccount } from "../connector.ts";
import { settingOf, settingsIn } from "../toolkit/settings.ts";

/** Several ids of webhooks, separated by commas. */
const WEBHOOK_IDS = /^[A-Za-z0-9]{1,50}(?:\s*,\s*[A-Za-z0-9]{1,50}){0,3}$/;
/** Without a colon, which separates it from the secret. */
const CLIENT_ID = /^[!-9;-~]{1,1024}$/;
const CLIENT_SECRET = /^[!-~]{1,1024}$/;

/** What a merchant's PayPal account needs. */
export const PAYPAL_ACCOUNT_FIELDS: readonly AccountField[] = [
  {
    name: "client_id",
    secret: false,
    required: true,
    about:
      "Client ID of a REST app that may make payouts: developer.paypal.com, Apps & Credentials.",
    pattern: CLIENT_ID,
  },
  {
    name: "client_secret",
    secret: true,
    required: true,
    about: "Secret of the same app.",
    pattern: CLIENT_SECRET,
  },
  {
    name: "webhook_id",
    secret: false,
    required: false,
    about:
      "ID of the app's webhook for Payments & Payouts events; several are separated by commas. Without it webhooks are refused and payouts are asked for instead.",
    pattern: WEBHOOK_IDS,
  },
];

export const PAYPAL_BASE_URLS = {
  test: "https://api-m.sandbox.paypal.com",
  live: "https://api-m.paypal.com",
} as const;

/** The app's id and secret. Never log them. */
export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Undefined when they are missing or could not be sent: then nothing is. */
export function credentialsOf(account: OpenAccount): Credentials | undefined {
  const clientId = settingOf(account, "client_id") ?? "";
  const clientSecret = settingOf(account, "client_secret") ?? "";
  const areUsable = CLIENT_ID.test(clientId) && CLIENT_SECRET.test(clientSecret);
  return areUsable ? { clientId, clientSecret } : undefined;
}

/** None where the setting is missing or is no list of ids. */
export function webhookIdsOf(account: OpenAccount): readonly string[] {
  const areIds = WEBHOOK_IDS.test(settingOf(account, "webhook_id") ?? "");
  return areIds ? settingsIn(account, "webhook_id") : [];
}
