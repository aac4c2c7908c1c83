import type { Merchant } from "../../domain/access.ts";
import { SCOPES } from "../../domain/access.ts";
import { generateApiKey } from "../../security/api-key.ts";
import { bootstrapAccess } from "../../service/bootstrap-access.ts";
import type { Call } from "../../service/call.ts";
import type { DatabaseTools } from "../command.ts";

/** The actor of the audit log: whoever can read the database and its keys needs no API key. */
const ACTOR = "command-line";

/** A call by the operator, for use cases that want to know who asks. */
export function operatorCall({ merchantId, livemode }: Merchant): Call {
  return {
    caller: { merchantId, livemode, operator: true, keyId: ACTOR, scopes: SCOPES },
    claim: null,
    fingerprint: "",
    answerBy: 0,
    signal: new AbortController().signal,
  };
}

/** The operator's own merchant of a mode, the oldest; null when there is none yet. */
export async function operatorMerchant(
  { repository }: DatabaseTools,
  livemode: boolean,
): Promise<Merchant | null> {
  let own: Merchant | null = null;
  let after: { readonly createTime: number; readonly id: string } | null = null;
  for (;;) {
    const page: readonly Merchant[] = await repository.access.listMerchants("everybody", {
      limit: 100,
      after,
    });
    own = page.findLast((each) => each.operator && each.livemode === livemode) ?? own;
    const last = page.at(-1);
    if (last === undefined || page.length < 100) return own;
    after = { createTime: last.createTime, id: last.merchantId };
  }
}

/** An operator's merchant of either mode, who may do everything to every merchant; null when there is none. */
export async function anyOperatorMerchant(tools: DatabaseTools): Promise<Merchant | null> {
  return (await operatorMerchant(tools, false)) ?? operatorMerchant(tools, true);
}

/** Makes the operator's merchant of a mode with a key of every scope, and answers the key. */
export async function firstKey(tools: DatabaseTools, livemode: boolean): Promise<string> {
  const { repository, hash, newId, randomBytes, clock } = tools;
  const key = generateApiKey(livemode, randomBytes);
  await bootstrapAccess({ repository, hash, newId, randomBytes, now: clock.now }, key);
  return key;
}
