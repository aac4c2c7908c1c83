import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  PayoutLink_Host,
  PayoutLink_State,
  type PayoutLinkSchema,
} from "../../../gen/payout/v1/link_pb.js";
import type { PayoutLink } from "../../domain/link.ts";
import { toEnum } from "./enums.ts";
import { toKind } from "./payout-method.ts";
import { toTimestamp } from "./scalars.ts";

/** @param url only where the contract answers it */
export function toPayoutLink(
  link: PayoutLink,
  url = "",
): MessageInitShape<typeof PayoutLinkSchema> {
  return {
    linkId: link.linkId,
    url,
    state: toEnum(PayoutLink_State, link.state),
    expireTime: toTimestamp(link.expireTime),
    payoutId: link.payoutId,
    allowedMethods: link.allowedMethods.map(toKind),
    returnUrl: link.returnUrl,
    locale: link.locale,
    requiresClaimCode: link.requiresClaimCode,
    createTime: toTimestamp(link.createTime),
    updateTime: toTimestamp(link.updateTime),
    claimTime: toTimestamp(link.claimTime),
    livemode: link.livemode,
    // Absent in what was stored before links had them.
    allowedOrigins: [...(link.allowedOrigins ?? [])],
    locked: link.locked ?? false,
    host: toEnum(PayoutLink_Host, link.host ?? "SERVICE"),
  };
}
