import type { CiphertextBinding } from "../security/cipher.ts";

/** A column that holds ciphertexts, and the column of the id to which they are bound. */
export interface SecretPlace {
  readonly table: string;
  readonly id: string;
  readonly column: string;
}

/**
 * Every column that holds ciphertexts. The stores seal by it and re-encryption goes through it, so a
 * column that is not here can neither be written nor be forgotten when keys are rotated; a test
 * compares it with the schema.
 */
export const SECRET_PLACES = {
  destination: { table: "payouts", id: "payout_id", column: "destination_secret" },
  person: { table: "recipients", id: "recipient_id", column: "person_secret" },
  method: { table: "disburse_accounts", id: "disburse_account_id", column: "method_secret" },
  credentials: {
    table: "connector_accounts",
    id: "connector_account_id",
    column: "settings_secret",
  },
  webhookSecrets: {
    table: "webhook_endpoints",
    id: "endpoint_id",
    column: "signing_secret",
  },
  inbox: { table: "inbox", id: "inbox_id", column: "content_secret" },
  hint: { table: "links", id: "link_id", column: "hint_secret" },
  linkUrl: { table: "links", id: "link_id", column: "url_secret" },
} as const satisfies Readonly<Record<string, SecretPlace>>;

/** What the ciphertext of a row is bound to: moved anywhere else, it does not open. */
export function bindingAt(
  { table, column }: SecretPlace,
  row: string,
  merchantId: string,
): CiphertextBinding {
  return { table, row, column, merchantId };
}
