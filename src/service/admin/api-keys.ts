import { type ApiKey, apiKeyState, type Scope } from "../../domain/access.ts";
import { ServiceError, validationFailed } from "../../domain/errors.ts";
import { decodeSnapshot } from "../../domain/snapshot.ts";
import { limits } from "../../limits.ts";
import type { NewApiKey, Replay } from "../../repository/repository.ts";
import { generateApiKey, hashApiKey } from "../../security/api-key.ts";
import type { Answer, Call, Caller } from "../call.ts";
import { findReplay } from "../find-replay.ts";
import { listPage, type Paged, type PageRequest } from "../paging.ts";
import { requireId } from "../require-id.ts";
import type { ServiceContext } from "../service-context.ts";
import { administered, reachOf } from "./reach.ts";

/** The latest time that the contract can say: Timestamp ends with the year 9999. Milliseconds. */
const LATEST_TIME = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

type Context = Pick<ServiceContext, "repository" | "clock" | "newId" | "hash" | "randomBytes">;

/** A key and, in the one answer that shows it, what it is made of. */
export interface ShownApiKey {
  readonly apiKey: ApiKey;
  /** Null in a repeat: it is stored nowhere. */
  readonly secret: string | null;
}

export interface CreateApiKey {
  /** Null: the caller's own merchant. */
  readonly merchantId: string | null;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Milliseconds; null: never by itself. */
  readonly expireTime: number | null;
}

/** @throws ServiceError VALIDATION_FAILED, MERCHANT_NOT_FOUND */
export async function createApiKey(
  context: Context,
  call: Call,
  { merchantId = null, name, scopes, expireTime }: CreateApiKey,
): Promise<Answer<ShownApiKey>> {
  const { repository, clock } = context;
  const earlier = await findReplay(context, call);
  if (earlier !== null) return shown(earlier, null);
  if (merchantId !== null) requireId("merchant", merchantId, "merchant_id");
  requireFuture(expireTime, clock.now());
  const owner = merchantId ?? call.caller.merchantId;
  const merchant = await repository.access.merchant(owner);
  if (merchant === null) throw new ServiceError("MERCHANT_NOT_FOUND");
  const { secret, ...fresh } = newApiKey(context, merchant.livemode, {
    merchantId: owner,
    name,
    scopes,
    expireTime,
  });
  const created = await repository.access.createApiKey({
    ...fresh,
    reach: reachOf(call.caller),
    ...administered(call, "api_key.create"),
  });
  return shown(created, secret);
}

/** API keys in reach, newest first, those that have ended too. @throws ServiceError VALIDATION_FAILED */
export function listApiKeys(
  { repository, hash }: Context,
  caller: Caller,
  { merchantId, ...request }: { readonly merchantId: string | null } & PageRequest,
): Promise<Paged<ApiKey>> {
  if (merchantId !== null) requireId("merchant", merchantId, "merchant_id");
  const filter = { reach: reachOf(caller), merchantId };
  return listPage(
    hash,
    request,
    ["api-keys", filter],
    (page) => repository.access.listApiKeys(filter, page),
    ({ createTime, keyId }) => ({ createTime, id: keyId }),
  );
}

export interface RotateApiKey {
  readonly keyId: string;
  /** How long the old key goes on working (milliseconds); null: the default. */
  readonly overlapMs: number | null;
  /** Of the new key; null: after as long as the old one was given. */
  readonly expireTime: number | null;
  readonly reason: string;
}

/**
 * Makes a key with the same scopes, and lets the old one end after an overlap.
 *
 * @throws ServiceError VALIDATION_FAILED, API_KEY_NOT_FOUND, API_KEY_ENDED
 */
export async function rotateApiKey(
  context: Context,
  call: Call,
  { keyId, overlapMs, expireTime, reason }: RotateApiKey,
): Promise<Answer<ShownApiKey>> {
  const { repository, clock } = context;
  const earlier = await findReplay(context, call);
  if (earlier !== null) return shown(earlier, null);
  requireId("apiKey", keyId, "key_id");
  requireFuture(expireTime, clock.now());
  const { defaultMs, maxMs } = limits.keyOverlap;
  const overlap = overlapMs ?? defaultMs;
  if (overlap < 0 || overlap > maxMs) {
    const message = "must be from 0 to 30 days (2592000s)";
    throw validationFailed([{ field: "overlap", message }]);
  }
  // What a decision makes it makes again when it is called again: the last one is stored.
  let secret = "";
  const rotated = await repository.access.endApiKey(
    { reach: reachOf(call.caller), keyId },
    administered(call, "api_key.rotate", reason),
    (current) => {
      const now = clock.now();
      if (apiKeyState(current, now) !== "ACTIVE") throw new ServiceError("API_KEY_ENDED");
      const lifetime = current.expireTime === null ? null : current.expireTime - current.createTime;
      const { merchantId, name, scopes } = current;
      const { secret: made, ...successor } = newApiKey(context, current.livemode, {
        merchantId,
        name,
        scopes,
        expireTime:
          expireTime ?? (lifetime === null ? null : Math.min(now + lifetime, LATEST_TIME)),
      });
      secret = made;
      const end = Math.min(now + overlap, current.expireTime ?? Number.MAX_SAFE_INTEGER);
      return { expireTime: end, revokeTime: null, successor };
    },
  );
  return shown(rotated, secret);
}

/** Ends a key at once; one that was revoked stays so. @throws ServiceError API_KEY_NOT_FOUND */
export async function revokeApiKey(
  { repository, clock }: Context,
  call: Call,
  { keyId, reason }: { readonly keyId: string; readonly reason: string },
): Promise<Answer<ApiKey>> {
  requireId("apiKey", keyId, "key_id");
  const revoked = await repository.access.endApiKey(
    { reach: reachOf(call.caller), keyId },
    administered(call, "api_key.revoke", reason),
    ({ expireTime, revokeTime }) => ({
      expireTime,
      revokeTime: revokeTime ?? clock.now(),
      successor: null,
    }),
  );
  const { value, replayed } = shown(revoked, null);
  return { value: value.apiKey, replayed };
}

function requireFuture(expireTime: number | null, now: number): void {
  if (expireTime !== null && expireTime <= now) {
    throw validationFailed([{ field: "expire_time", message: "must be in the future" }]);
  }
  if (expireTime !== null && expireTime > LATEST_TIME) {
    throw validationFailed([{ field: "expire_time", message: "must be before the year 10000" }]);
  }
}

function newApiKey(
  { clock, newId, hash, randomBytes }: Context,
  livemode: boolean,
  about: Pick<ApiKey, "merchantId" | "name" | "scopes" | "expireTime">,
): NewApiKey & { readonly secret: string } {
  const secret = generateApiKey(livemode, randomBytes);
  const apiKey = {
    ...about,
    keyId: newId("apiKey"),
    hint: secret.slice(-4),
    createTime: clock.now(),
    revokeTime: null,
  };
  return { apiKey, keyHash: hashApiKey(secret, hash), secret };
}

function shown(
  done: { readonly kind: "stored"; readonly apiKey: ApiKey } | Replay,
  secret: string | null,
): Answer<ShownApiKey> {
  if (done.kind === "stored") return { value: { apiKey: done.apiKey, secret }, replayed: false };
  if (done.answer === null) throw new Error("the record of a key is closed when it is made");
  const apiKey = decodeSnapshot<ApiKey>(done.answer);
  return { value: { apiKey, secret: null }, replayed: true };
}
