import type { AccountField } from "../connector.ts";

/** What a merchant's Stripe account needs. */
export const STRIPE_ACCOUNT_FIELDS: readonly AccountField[] = [
  {
    name: "secret_key",
    secret: true,
    required: true,
    about:
      "The platform account's secret key (sk_...), or a restricted one (rk_...) that may write Connect accounts, tokens, transfers and payouts: Dashboard, Developers, API keys.",
  },
  {
    name: "webhook_secret",
    secret: true,
    required: false,
    about:
      "Signing secret (whsec_...) of the webhook endpoint for events on your account: transfer.created, transfer.updated, transfer.reversed. Several are separated by commas.",
  },
  {
    name: "connect_webhook_secret",
    secret: true,
    required: false,
    about:
      "Signing secret (whsec_...) of the webhook endpoint for events on connected accounts: payout.*, account.updated, capability.updated. Several are separated by commas.",
  },
  {
    name: "service_agreement",
    secret: false,
    required: false,
    about:
      'The agreement that recipients accept: "full", which is Stripe\'s default, or "recipient" for those who are paid in a country where your platform has no business.',
  },
  {
    name: "product_description",
    secret: false,
    required: false,
    about:
      "What recipients are paid for, in a sentence; Stripe asks it of each connected account where it is not given here.",
  },
  {
    name: "reverse_paid_payouts",
    secret: false,
    required: false,
    about:
      'Write "authorized" only if the owners of the bank accounts have authorized you to debit them: then Void takes back a payout that a US bank has been paid already.',
  },
];

export const STRIPE_BASE_URLS = {
  test: "https://api.stripe.com",
  live: "https://api.stripe.com",
} as const;
