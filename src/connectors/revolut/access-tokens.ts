import { AccessTokens, type TokenQuestion } from "../toolkit/access-tokens.ts";
import { settingsIncomplete } from "../toolkit/errors.ts";
import type { HttpClient } from "../toolkit/http-client.ts";
import { requestGrant } from "../toolkit/oauth-grant.ts";
import { baseUrlOf } from "../toolkit/settings.ts";
import { clientAssertion } from "./client-assertion.ts";
import { readWords } from "./refusal.ts";
import type { RevolutSettings } from "./settings.ts";

export interface RevolutTokenQuestion extends TokenQuestion {
  readonly settings: RevolutSettings;
}

const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/** A token is not used in the last minutes of its 40: a call that is under way shall not lose it. */
const MARGIN_MS = 2 * 60_000;
/** How long a token lives where the reply does not say (milliseconds). */
const SHORT_LIFE_MS = 5 * 60_000;

/** Access tokens by a refresh token and a client assertion. */
export function createAccessTokens(
  http: HttpClient,
  now: () => number,
): AccessTokens<RevolutTokenQuestion> {
  return new AccessTokens({
    now,
    marginMs: MARGIN_MS,
    ask: async ({ account, settings, signal }) => {
      const assertion = assertionOf(settings, now());
      if (assertion === undefined) return { kind: "not_sent", error: settingsIncomplete() };
      const { refreshToken, privateKey } = settings;
      return requestGrant(http, {
        url: new URL(`${baseUrlOf(account)}/api/1.0/auth/token`),
        form: {
          grant_type: "refresh_token",
          refresh_token: refreshToken,
          client_assertion_type: ASSERTION_TYPE,
          client_assertion: assertion,
        },
        words: (replied) => readWords(replied, [refreshToken, privateKey, assertion]),
        lifeMs: SHORT_LIFE_MS,
        now,
        signal,
      });
    },
  });
}

/** Undefined where the private key is none that can sign. */
function assertionOf(settings: RevolutSettings, now: number): string | undefined {
  try {
    return clientAssertion(settings, now);
  } catch {
    return undefined;
  }
}
