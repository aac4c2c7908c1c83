import { AccessTokens } from "../toolkit/access-tokens.ts";
import { settingsIncomplete } from "../toolkit/errors.ts";
import type { HttpClient } from "../toolkit/http-client.ts";
import { requestGrant } from "../toolkit/oauth-grant.ts";
import { credentialsOf } from "./account-fields.ts";
import { endpoint } from "./endpoint.ts";
import { wordsOf } from "./words.ts";

/** Access tokens for client credentials. */
export function createAccessTokens(http: HttpClient, now: () => number): AccessTokens {
  return new AccessTokens({
    now,
    ask: async ({ account, signal }) => {
      const basic = credentialsOf(account);
      if (basic === undefined) return { kind: "not_sent", error: settingsIncomplete() };
      return requestGrant(http, {
        url: endpoint(account, "/v1/oauth2/token"),
        basic,
        form: { grant_type: "client_credentials" },
        // Errors of this endpoint have a shape of their own, and may quote what was sent: only the code is taken.
        words: ({ reply, json }) => {
          const { code, requestId } = wordsOf(json, [], reply.headers["paypal-debug-id"]);
          return { code: code ?? json.text("error"), requestId };
        },
        now,
        signal,
      });
    },
  });
}
