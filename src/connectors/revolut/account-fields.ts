import type { AccountField } from "../connector.ts";

const UUID = "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}";
const SOURCE = `(?:[A-Z]{3}=)?${UUID}`;

/** What a merchant's Revolut Business account needs. */
export const REVOLUT_ACCOUNT_FIELDS: readonly AccountField[] = [
  {
    name: "client_id",
    secret: false,
    required: true,
    about: "The client ID of the API certificate: Revolut Business, Settings, APIs, Business API.",
    pattern: /^[!-~]{1,200}$/,
  },
  {
    name: "issuer",
    secret: false,
    required: true,
    about: "The domain of the certificate's OAuth redirect URI, without https://.",
    pattern: /^[A-Za-z0-9.-]{1,253}(?::\d{1,5})?$/,
  },
  {
    name: "private_key",
    secret: true,
    required: true,
    about:
      "The private key of the certificate (RSA, PEM); in one line with \\n for its line breaks is fine.",
    pattern:
      /^-----BEGIN (?:RSA )?PRIVATE KEY-----[\sA-Za-z0-9+/=\\]{1,16000}-----END (?:RSA )?PRIVATE KEY-----\s*$/,
  },
  {
    name: "refresh_token",
    secret: true,
    required: true,
    about:
      "The refresh token that the exchange of the authorization code gave, once the consent was given with the scopes READ, WRITE and PAY.",
    pattern: /^[!-~]{1,4096}$/,
  },
  {
    name: "source_accounts",
    secret: false,
    required: true,
    about:
      "The accounts that pay, by currency, as GET /accounts lists them: GBP=<id>,EUR=<id>. One without a currency pays all others, and Revolut exchanges.",
    pattern: new RegExp(`^${SOURCE}(?:\\s*,\\s*${SOURCE}){0,49}$`),
  },
  {
    name: "webhook_secret",
    secret: true,
    required: false,
    about:
      "Signing secret (wsk_...) of the webhook for TransactionCreated, TransactionStateChanged, PayoutLinkCreated and PayoutLinkStateChanged; several are separated by commas. Without it webhooks are refused and payouts are asked for instead.",
  },
  {
    name: "transfer_reason_code",
    secret: false,
    required: false,
    about: "The reason of transfers, such as advertising, where Revolut asks for one.",
    pattern: /^[a-z0-9_]{1,100}$/,
  },
  {
    name: "exchange_reason_code",
    secret: false,
    required: false,
    about: "The reason of exchanges, where Revolut asks for one.",
    pattern: /^[a-z0-9_]{1,100}$/,
  },
];

export const REVOLUT_BASE_URLS = {
  test: "https://sandbox-b2b.revolut.com",
  live: "https://b2b.revolut.com",
} as const;
