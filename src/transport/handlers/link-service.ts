import type { ServiceImpl } from "@connectrpc/connect";
import { PayoutLink_State } from "../../../gen/payout/v1/link_pb.js";
import { LinkService } from "../../../gen/payout/v1/link_service_pb.js";
import type { LinkState } from "../../domain/link.ts";
import { getLink, listLinks } from "../../service/lists.ts";
import { resendLink } from "../../service/resend-link.ts";
import { revokeLink } from "../../service/revoke-link.ts";
import type { ServiceContext } from "../../service/service-context.ts";
import { fromEnum } from "../mapping/enums.ts";
import { toPayoutLink } from "../mapping/link.ts";
import { orNull } from "../mapping/scalars.ts";
import { type CallReader, callerOf, unwrap } from "../read-call.ts";

/** LinkService: translates, and leaves everything else to the use cases. */
export function linkService({
  context: services,
  calls,
}: {
  readonly context: ServiceContext;
  readonly calls: CallReader;
}): ServiceImpl<typeof LinkService> {
  return {
    listLinks: async (request, context) => {
      const { items, nextPageToken } = await listLinks(services, callerOf(context), {
        state: request.state.flatMap((state) => fromEnum<LinkState>(PayoutLink_State, state) ?? []),
        payoutId: orNull(request.payoutId),
        pageSize: request.pageSize,
        pageToken: request.pageToken,
      });
      return { links: items.map((link) => toPayoutLink(link)), nextPageToken };
    },

    getLink: async ({ linkId }, context) => {
      const { link, url } = await getLink(services, callerOf(context), linkId);
      return { link: toPayoutLink(link, url) };
    },

    revokeLink: async (request, context) => {
      const call = calls.read(LinkService.method.revokeLink, request, context);
      const answer = await revokeLink(services, call, request);
      return { link: toPayoutLink(unwrap(answer, context)) };
    },

    resendLink: async (request, context) => {
      const call = calls.read(LinkService.method.resendLink, request, context);
      const { link, url } = unwrap(await resendLink(services, call, request), context);
      return { link: toPayoutLink(link, url) };
    },
  };
}
