import { durationMs } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import { AdminService } from "../../../gen/payout/v1/admin_service_pb.js";
import type { Scope } from "../../domain/access.ts";
import {
  createApiKey,
  listApiKeys,
  revokeApiKey,
  rotateApiKey,
} from "../../service/admin/api-keys.ts";
import { createMerchant, listMerchants } from "../../service/admin/merchants.ts";
import { updateMerchant } from "../../service/admin/update-merchant.ts";
import type { ServiceContext } from "../../service/service-context.ts";
import { toApiKey, toMerchant } from "../mapping/access.ts";
import { fromTimestamp, orNull } from "../mapping/scalars.ts";
import { type CallReader, callerOf, unwrap } from "../read-call.ts";

/** AdminService: translates, and leaves everything else to the use cases. */
export function adminService({
  context: services,
  calls,
}: {
  readonly context: ServiceContext;
  readonly calls: CallReader;
}): ServiceImpl<typeof AdminService> {
  const { method } = AdminService;
  return {
    createMerchant: async (request, context) => {
      const call = calls.read(method.createMerchant, request, context);
      const answer = await createMerchant(services, call, request);
      return { merchant: toMerchant(unwrap(answer, context)) };
    },

    listMerchants: async (request, context) => {
      const { items, nextPageToken } = await listMerchants(services, callerOf(context), request);
      return { merchants: items.map(toMerchant), nextPageToken };
    },

    updateMerchant: async (request, context) => {
      const call = calls.read(method.updateMerchant, request, context);
      const { merchantId, name = null, logoUrl = null, accentColor = null, etag } = request;
      const answer = await updateMerchant(services, call, {
        merchantId,
        name,
        logoUrl,
        accentColor,
        etag: orNull(etag),
      });
      return { merchant: toMerchant(unwrap(answer, context)) };
    },

    createApiKey: async (request, context) => {
      const call = calls.read(method.createApiKey, request, context);
      const answer = await createApiKey(services, call, {
        merchantId: orNull(request.merchantId),
        name: request.name,
        // The contract's rules let no other words pass.
        scopes: request.scopes as Scope[],
        expireTime: fromTimestamp(request.expireTime),
      });
      const { apiKey, secret } = unwrap(answer, context);
      return { apiKey: toApiKey(apiKey, apiKey.createTime, secret) };
    },

    listApiKeys: async ({ merchantId, pageSize, pageToken }, context) => {
      const { items, nextPageToken } = await listApiKeys(services, callerOf(context), {
        merchantId: orNull(merchantId),
        pageSize,
        pageToken,
      });
      const now = services.clock.now();
      return { apiKeys: items.map((apiKey) => toApiKey(apiKey, now)), nextPageToken };
    },

    rotateApiKey: async (request, context) => {
      const call = calls.read(method.rotateApiKey, request, context);
      const { overlap } = request;
      const answer = await rotateApiKey(services, call, {
        keyId: request.keyId,
        overlapMs: overlap === undefined ? null : Math.floor(durationMs(overlap)),
        expireTime: fromTimestamp(request.expireTime),
        reason: request.reason,
      });
      const { apiKey, secret } = unwrap(answer, context);
      return { apiKey: toApiKey(apiKey, apiKey.createTime, secret) };
    },

    revokeApiKey: async (request, context) => {
      const call = calls.read(method.revokeApiKey, request, context);
      const apiKey = unwrap(await revokeApiKey(services, call, request), context);
      return { apiKey: toApiKey(apiKey, apiKey.revokeTime ?? services.clock.now()) };
    },
  };
}
