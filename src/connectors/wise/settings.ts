import type { AccountField, OpenAccount } from "../connector.ts";

export const WISE_ACCOUNT_FIELDS: readonly AccountField[] = [
  {
    name: "api_token",
    secret: true,
    required: true,
    about: "An API token with full access; on Wise under Settings, API tokens.",
  },
  {
    name: "profile_id",
    secret: false,
    required: true,
    about: "The number of the profile that pays; the API's GET /v2/profiles lists them.",
  },
  {
    name: "webhook_public_key",
    secret: false,
    required: false,
    about:
      "Wise's public key for webhooks (PEM), from its documentation; several one after the other during a rotation. Without it webhooks are refused and payouts are asked for instead.",
  },
  {
    name: "fund_by_hand",
    secret: false,
    required: false,
    about:
      "Write true where the token may not fund transfers, as personal tokens in the UK and the EEA: payouts then wait until somebody funds the transfer on Wise's pages.",
  },
];

export const WISE_BASE_URLS = {
  test: "https://api.wise-sandbox.com",
  live: "https://api.wise.com",
} as const;

/** What a call is made with. Holds the token: never log it. */
export interface WiseSettings {
  readonly token: string;
  readonly profile: string;
  readonly fundsByHand: boolean;
}

/** Undefined when a setting is missing or could not be sent: then nothing is. */
export function readSettings({ settings }: OpenAccount): WiseSettings | undefined {
  const token = settings["api_token"]?.trim() ?? "";
  const profile = settings["profile_id"]?.trim() ?? "";
  if (!/^[!-~]{1,4096}$/.test(token) || !/^\d{1,18}$/.test(profile)) return undefined;
  return { token, profile, fundsByHand: settings["fund_by_hand"]?.trim() === "true" };
}
