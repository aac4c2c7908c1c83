import type { AccountField, OpenAccount } from "../connector.ts";
import { settingOf } from "../toolkit/settings.ts";

const VISIBLE_TEXT = /^[!-~]{1,1024}$/;

/** What a merchant's account at Itau needs. */
export const ITAU_ACCOUNT_FIELDS: readonly AccountField[] = [
  {
    name: "client_id",
    secret: false,
    required: true,
    about: "Client ID of an application that may make PIX transfers: Itau's developer portal.",
    pattern: VISIBLE_TEXT,
  },
  {
    name: "client_secret",
    secret: true,
    required: true,
    about: "Client secret of the same application.",
    pattern: VISIBLE_TEXT,
  },
];

export const ITAU_BASE_URLS = {
  test: "https://sandbox.devportal.itau.com.br",
  live: "https://api.itau.com.br",
} as const;

/** The application's id and secret. Never log them. */
export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Undefined when they are missing or could not be sent: then nothing is. */
export function credentialsOf(account: OpenAccount): Credentials | undefined {
  const clientId = settingOf(account, "client_id") ?? "";
  const clientSecret = settingOf(account, "client_secret") ?? "";
  const areUsable = VISIBLE_TEXT.test(clientId) && VISIBLE_TEXT.test(clientSecret);
  return areUsable ? { clientId, clientSecret } : undefined;
}
