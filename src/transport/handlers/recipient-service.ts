import type { ServiceImpl } from "@connectrpc/connect";
import { Recipient_Status } from "../../../gen/payout/v1/recipient_pb.js";
import {
  RecipientService,
  type UpdateRecipientRequest,
} from "../../../gen/payout/v1/recipient_service_pb.js";
import type { RecipientStatus } from "../../domain/recipient.ts";
import { getRecipient, listDisburseAccounts, listRecipients } from "../../service/lists.ts";
import {
  getDisburseAccount,
  removeAccount,
  setDefaultAccount,
} from "../../service/maintain-account.ts";
import type { ServiceContext } from "../../service/service-context.ts";
import { type UpdateRecipient, updateRecipient } from "../../service/update-recipient.ts";
import { fromEnum } from "../mapping/enums.ts";
import { toDisburseAccount, toRecipient } from "../mapping/recipient.ts";
import { orNull } from "../mapping/scalars.ts";
import { type CallReader, callerOf, unwrap } from "../read-call.ts";

/** RecipientService: translates, and leaves everything else to the use cases. */
export function recipientService({
  context: services,
  calls,
}: {
  readonly context: ServiceContext;
  readonly calls: CallReader;
}): ServiceImpl<typeof RecipientService> {
  const { method } = RecipientService;
  return {
    listRecipients: async (request, context) => {
      const { items, nextPageToken } = await listRecipients(services, callerOf(context), {
        status: request.status.flatMap(
          (status) => fromEnum<RecipientStatus>(Recipient_Status, status) ?? [],
        ),
        merchantRecipientId: orNull(request.merchantRecipientId),
        pageSize: request.pageSize,
        pageToken: request.pageToken,
      });
      return { recipients: items.map(toRecipient), nextPageToken };
    },

    getRecipient: async ({ recipientId }, context) => ({
      recipient: toRecipient(await getRecipient(services, callerOf(context), recipientId)),
    }),

    updateRecipient: async (request, context) => {
      const call = calls.read(method.updateRecipient, request, context);
      const answer = await updateRecipient(services, call, {
        recipientId: request.recipientId,
        changes: changesOf(request),
        metadata: request.metadata,
        etag: orNull(request.etag),
      });
      return { recipient: toRecipient(unwrap(answer, context)) };
    },

    listDisburseAccounts: async (request, context) => {
      const { items, nextPageToken } = await listDisburseAccounts(
        services,
        callerOf(context),
        request,
      );
      return { disburseAccounts: items.map(toDisburseAccount), nextPageToken };
    },

    getDisburseAccount: async ({ disburseAccountId }, context) => ({
      disburseAccount: toDisburseAccount(
        await getDisburseAccount(services, callerOf(context), disburseAccountId),
      ),
    }),

    deleteDisburseAccount: async (request, context) => {
      const call = calls.read(method.deleteDisburseAccount, request, context);
      unwrap(await removeAccount(services, call, request.disburseAccountId), context);
      return {};
    },

    setDefaultDisburseAccount: async (request, context) => {
      const call = calls.read(method.setDefaultDisburseAccount, request, context);
      const answer = await setDefaultAccount(services, call, request.disburseAccountId);
      return { disburseAccount: toDisburseAccount(unwrap(answer, context)) };
    },
  };
}

/** Only what the caller gave; the rest stays as it is. */
function changesOf(request: UpdateRecipientRequest): UpdateRecipient["changes"] {
  const { individual, organization, email, phone, address } = request;
  return {
    ...(individual === undefined ? {} : { individual }),
    ...(organization === undefined ? {} : { organization }),
    ...(email === undefined ? {} : { email }),
    ...(phone === undefined ? {} : { phone }),
    ...(address === undefined ? {} : { address }),
  };
}
