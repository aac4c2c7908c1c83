import { AccessTokens, type TokenQuestion } from "../toolkit/access-tokens.ts";
import type { HttpClient } from "../toolkit/http-client.ts";
import { basicText, requestGrant } from "../toolkit/oauth-grant.ts";
import type { DwollaSettings } from "./account-fields.ts";
import { readWords } from "./refusals.ts";

export interface DwollaTokenQuestion extends TokenQuestion {
  readonly settings: DwollaSettings;
  /** Without a slash at the end. */
  readonly baseUrl: string;
}

/** Access tokens by client credentials. */
export function createAccessTokens(
  http: HttpClient,
  now: () => number,
): AccessTokens<DwollaTokenQuestion> {
  return new AccessTokens({
    now,
    ask: ({ settings: { clientId, clientSecret }, baseUrl, signal }) =>
      requestGrant(http, {
        url: new URL(`${baseUrl}/token`),
        basic: { clientId, clientSecret },
        form: { grant_type: "client_credentials" },
        words: (replied) => readWords(replied, [clientSecret, basicText(clientId, clientSecret)]),
        now,
        signal,
      }),
  });
}
