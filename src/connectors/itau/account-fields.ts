import type { AccountField } from "../connector.ts";

/** What a merchant's account needs. */
export const ITAU_ACCOUNT_FIELDS: readonly AccountField[] = [
  {
    name: "api_key",
    secret: true,
    required: true,
    about: "An API key; say here where on the processor's pages it is found.",
  },
];

export const ITAU_BASE_URLS = {
  test: "https://test.example",
  live: "https://live.example",
} as const;
