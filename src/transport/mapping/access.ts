import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  ApiKey_State,
  type ApiKeySchema,
  type MerchantSchema,
} from "../../../gen/payout/v1/admin_pb.js";
import { type ApiKey, apiKeyState, type Merchant } from "../../domain/access.ts";
import { etagOf } from "../../service/etag.ts";
import { toEnum } from "./enums.ts";
import { toTimestamp } from "./scalars.ts";

export function toMerchant(merchant: Merchant): MessageInitShape<typeof MerchantSchema> {
  const { merchantId, name, livemode, operator, createTime, logoUrl, accentColor } = merchant;
  return {
    merchantId,
    name,
    livemode,
    operator,
    createTime: toTimestamp(createTime),
    logoUrl: logoUrl ?? "",
    accentColor: accentColor ?? "",
    // Absent in what was stored before merchants could change.
    etag: etagOf(merchant.version ?? 1),
  };
}

/**
 * @param now whether it works at that time
 * @param secret only in the answer of the call that made the key
 */
export function toApiKey(
  apiKey: ApiKey,
  now: number,
  secret: string | null = null,
): MessageInitShape<typeof ApiKeySchema> {
  return {
    keyId: apiKey.keyId,
    merchantId: apiKey.merchantId,
    name: apiKey.name,
    scopes: [...apiKey.scopes],
    state: toEnum(ApiKey_State, apiKeyState(apiKey, now)),
    hint: apiKey.hint,
    livemode: apiKey.livemode,
    createTime: toTimestamp(apiKey.createTime),
    expireTime: toTimestamp(apiKey.expireTime),
    revokeTime: toTimestamp(apiKey.revokeTime),
    secret: secret ?? "",
  };
}
