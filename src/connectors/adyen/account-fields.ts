import type { AccountField, OpenAccount } from "../connector.ts";
import { settingOf } from "../toolkit/settings.ts";

/** What fits into a header. */
const KEY = /^[!-~]{1,4096}$/;
/** Names of the platform's things: "BA32272223222B5CTBMZT6W2V", "YourBalancePlatform". */
const NAME = /^[\w-]{1,128}$/;

export const ADYEN_ACCOUNT_FIELDS: readonly AccountField[] = [
  {
    name: "api_key",
    secret: true,
    required: true,
    pattern: KEY,
    about:
      "API key of a balance platform credential with the roles to initiate, to approve and to retrieve transfers, and to read configuration: Customer Area, Developers, API credentials.",
  },
  {
    name: "balance_platform",
    secret: false,
    required: true,
    pattern: NAME,
    about: "Name of your balance platform, such as YourBalancePlatform.",
  },
  {
    name: "balance_account_id",
    secret: false,
    required: true,
    pattern: NAME,
    about: "The balance account (BA...) that payouts are paid from.",
  },
  {
    name: "legal_entity_api_key",
    secret: true,
    required: false,
    pattern: KEY,
    about:
      "API key for Legal Entity Management, where it is another than api_key: it registers recipients and their accounts.",
  },
  {
    name: "webhook_hmac_key",
    secret: true,
    required: false,
    pattern: /^[0-9A-Fa-f]{64}(\s*,\s*[0-9A-Fa-f]{64})*$/,
    about:
      "HMAC key of the transfer webhook, 64 hexadecimal digits; two are separated by a comma during a rotation. Without it webhooks are refused and payouts are asked for instead.",
  },
  {
    name: "webhook_username",
    secret: false,
    required: false,
    about: "User name that the webhook logs in with (Basic authentication), if you have set one.",
  },
  {
    name: "webhook_password",
    secret: true,
    required: false,
    about: "Password to it, without commas; two are separated by a comma during a rotation.",
  },
  {
    name: "settle_when_booked",
    secret: false,
    required: false,
    pattern: /^(true|false)$/,
    about:
      "Write true if a payout shall count as paid when the money has left the balance account. Otherwise it does when Adyen confirms its arrival or, for transfers that are not confirmed, once the estimated time of arrival is over.",
  },
];

/** What a call is made with. Holds secrets: never log it. */
export interface AdyenSettings {
  readonly apiKey: string;
  readonly legalEntityApiKey: string;
  readonly balancePlatform: string;
  readonly balanceAccountId: string;
}

/** Undefined when a setting is missing or could not be sent: then nothing is. */
export function readSettings(account: OpenAccount): AdyenSettings | undefined {
  const apiKey = settingOf(account, "api_key") ?? "";
  const legalEntityApiKey = settingOf(account, "legal_entity_api_key") ?? apiKey;
  const balancePlatform = settingOf(account, "balance_platform") ?? "";
  const balanceAccountId = settingOf(account, "balance_account_id") ?? "";
  const isUsable =
    [apiKey, legalEntityApiKey].every((key) => KEY.test(key)) &&
    [balancePlatform, balanceAccountId].every((name) => NAME.test(name));
  return isUsable ? { apiKey, legalEntityApiKey, balancePlatform, balanceAccountId } : undefined;
}

export function settlesWhenBooked(account: OpenAccount): boolean {
  return settingOf(account, "settle_when_booked") === "true";
}
