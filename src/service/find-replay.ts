import type { Replay } from "../repository/repository.ts";
import type { Call } from "./call.ts";
import type { ServiceContext } from "./service-context.ts";

/**
 * Whether this very call was made before. Asked before anything that may have changed since: an
 * account that was removed, a card that expired, a link's time. The transaction asks again.
 *
 * @throws ServiceError IDEMPOTENCY_KEY_REUSED
 */
export async function findReplay(
  { repository }: Pick<ServiceContext, "repository">,
  { caller, claim }: Call,
): Promise<Replay | null> {
  return claim === null ? null : repository.idempotency.find(caller.merchantId, claim);
}
