import type { OpenAccount, WithAccount } from "../connector.ts";
import { settingsIncomplete } from "./errors.ts";

/** How calls end with an account that cannot be used: they are not made. */
export const UNUSABLE_ACCOUNT = {
  notSent: { kind: "not_sent", error: settingsIncomplete() },
  unreachable: { kind: "unreachable", error: settingsIncomplete() },
} as const;

/**
 * Gives calls the way to the processor with the account that they are told.
 *
 * @param open undefined when the account's settings cannot be used: then it ends as `otherwise` says
 */
export function withAccount<A>(open: (account: OpenAccount) => A | undefined) {
  return <I, R>(call: (api: A, input: I) => Promise<R>, otherwise: NoInfer<R>) =>
    async (input: I & WithAccount): Promise<R> => {
      const api = open(input.account);
      return api === undefined ? otherwise : call(api, input);
    };
}
