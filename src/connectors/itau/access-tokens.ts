import { AccessTokens } from "../toolkit/access-tokens.ts";
import { settingsIncomplete } from "../toolkit/errors.ts";
import type { HttpClient } from "../toolkit/http-client.ts";
import { requestGrant } from "../toolkit/oauth-grant.ts";
import { credentialsOf } from "./account-fields.ts";
import { endpoint } from "./endpoint.ts";

/** Access tokens for client credentials. */
export function createAccessTokens(http: HttpClient, now: () => number): AccessTokens {
  return new AccessTokens({
    now,
    ask: async ({ account, signal }) => {
      const credentials = credentialsOf(account);
      if (credentials === undefined) return { kind: "not_sent", error: settingsIncomplete() };
      return requestGrant(http, {
        url: endpoint(account, "/api/oauth/token"),
        form: {
          grant_type: "client_credentials",
          client_id: credentials.clientId,
          client_secret: credentials.clientSecret,
        },
        // Its sentence may quote the credentials.
        words: ({ json }) => ({ code: json.text("error") ?? json.text("codigo") }),
        now,
        signal,
      });
    },
  });
}
