import { durationMs } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import { PayoutLink_Host } from "../../../gen/payout/v1/link_pb.js";
import {
  Payout_Fulfillment,
  Payout_Priority,
  Payout_View,
} from "../../../gen/payout/v1/payout_pb.js";
import {
  type CreateLinkRequest,
  type CreateRequest,
  GetRequest_Sync,
  PayoutService,
  ResolveRequest_Resolution,
  type StageRequest,
} from "../../../gen/payout/v1/payout_service_pb.js";
import type { LinkHost } from "../../domain/link.ts";
import type { PayoutPriority } from "../../domain/payout.ts";
import { authenticate } from "../../service/authenticate.ts";
import { createLink } from "../../service/create-link.ts";
import { createPayout } from "../../service/create-payout.ts";
import { createRecipient } from "../../service/create-recipient.ts";
import { enrollDisburseAccount } from "../../service/enroll-disburse-account.ts";
import type { EventFeed } from "../../service/event-feed.ts";
import type { PayoutReader } from "../../service/get-payout.ts";
import { listPayouts } from "../../service/lists.ts";
import type { DestinationRequest, PayoutTerms } from "../../service/payout-request.ts";
import { resolvePayout } from "../../service/resolve-payout.ts";
import type { ServiceContext } from "../../service/service-context.ts";
import { stagePayout } from "../../service/stage-payout.ts";
import { transferPayout } from "../../service/transfer-payout.ts";
import { voidPayout } from "../../service/void-payout.ts";
import { watchEvents } from "../../service/watch-events.ts";
import { fromEnum } from "../mapping/enums.ts";
import { toEventMessage } from "../mapping/event.ts";
import { toPayoutLink } from "../mapping/link.ts";
import { fromStatuses, toPayout } from "../mapping/payout.ts";
import { fromKind, fromPayoutMethodData } from "../mapping/payout-method.ts";
import { fromDetails, fromPerson } from "../mapping/person.ts";
import { toDisburseAccount, toRecipient } from "../mapping/recipient.ts";
import { fromMoney, fromTimestamp, orNull } from "../mapping/scalars.ts";
import { type CallReader, callerOf, unwrap } from "../read-call.ts";

export interface PayoutServiceParts {
  readonly context: ServiceContext;
  readonly calls: CallReader;
  readonly reader: PayoutReader;
  readonly feeds: EventFeed;
  /** Aborts when the server stops: streams end then. */
  readonly stopping: AbortSignal;
}

/** PayoutService: translates, and leaves everything else to the use cases. */
export function payoutService({
  context: services,
  calls,
  reader,
  feeds,
  stopping,
}: PayoutServiceParts): ServiceImpl<typeof PayoutService> {
  const { method } = PayoutService;
  return {
    create: async (request, context) => {
      const call = calls.read(method.create, request, context);
      const fulfillment =
        request.fulfillment === Payout_Fulfillment.MANUAL ? "MANUAL" : "AUTOMATIC";
      const answer = await createPayout(services, call, {
        ...termsOf(request),
        destination: destinationOf(request),
        fulfillment,
      });
      return { payout: toPayout(unwrap(answer, context)) };
    },

    list: async (request, context) => {
      const { items, nextPageToken } = await listPayouts(services, callerOf(context), {
        status: fromStatuses(request.status),
        connector: orNull(request.connector),
        recipientId: orNull(request.recipientId),
        merchantPayoutId: orNull(request.merchantPayoutId),
        currency: orNull(request.currency),
        createTimeFrom: fromTimestamp(request.createTimeFrom),
        createTimeTo: fromTimestamp(request.createTimeTo),
        pageSize: request.pageSize,
        pageToken: request.pageToken,
      });
      return { payouts: items.map((payout) => toPayout(payout)), nextPageToken };
    },

    get: async ({ payoutId, merchantPayoutId, sync, view }, context) => {
      const { aggregate, syncError } = await reader.get(calls.patience(context), {
        by: payoutId === "" ? { merchantPayoutId } : { payoutId },
        sync: fromEnum<"AUTO" | "STORED" | "FORCE">(GetRequest_Sync, sync) ?? "AUTO",
      });
      const attempts = view === Payout_View.FULL ? aggregate.attempts : [];
      return { payout: toPayout(aggregate.payout, { attempts, syncError }) };
    },

    stage: async (request, context) => {
      const call = calls.read(method.stage, request, context);
      const answer = await stagePayout(services, call, {
        ...termsOf(request),
        destination: destinationOf(request),
      });
      return { payout: toPayout(unwrap(answer, context)) };
    },

    transfer: async (request, context) => {
      const call = calls.read(method.transfer, request, context);
      const { payoutId, etag, note } = request;
      const answer = await transferPayout(services, call, { payoutId, etag: orNull(etag), note });
      return { payout: toPayout(unwrap(answer, context)) };
    },

    void: async (request, context) => {
      const call = calls.read(method.void, request, context);
      const { payoutId, reason } = request;
      const answer = await voidPayout(services, call, { payoutId, reason });
      return { payout: toPayout(unwrap(answer, context)) };
    },

    resolve: async (request, context) => {
      const call = calls.read(method.resolve, request, context);
      const { payoutId, resolution, reason, etag } = request;
      const answer = await resolvePayout(services, call, {
        payoutId,
        resolution: resolution === ResolveRequest_Resolution.PAID ? "PAID" : "NOT_PAID",
        reason,
        etag: orNull(etag),
      });
      return { payout: toPayout(unwrap(answer, context)) };
    },

    createLink: async (request, context) => {
      const call = calls.read(method.createLink, request, context);
      const answer = await createLink(services, call, {
        ...termsOf(request),
        allowedMethods: request.allowedMethods.map(fromKind),
        expireTime: fromTimestamp(request.expireTime),
        ttl: request.ttl === undefined ? null : Math.floor(durationMs(request.ttl)),
        returnUrl: request.returnUrl,
        allowedOrigins: request.allowedOrigins,
        recipient: fromDetails(request.recipient) ?? null,
        locale: request.locale,
        claimCode: orNull(request.claimCode),
        host: fromEnum<LinkHost>(PayoutLink_Host, request.host) ?? "SERVICE",
      });
      const { payout, link, url } = unwrap(answer, context);
      return { payout: toPayout(payout), link: toPayoutLink(link, url) };
    },

    createRecipient: async (request, context) => {
      const call = calls.read(method.createRecipient, request, context);
      const answer = await createRecipient(services, call, {
        person: fromPerson(request),
        merchantRecipientId: orNull(request.merchantRecipientId),
        connector: orNull(request.connector),
        metadata: request.metadata,
      });
      return { recipient: toRecipient(unwrap(answer, context)) };
    },

    enrollDisburseAccount: async (request, context) => {
      const call = calls.read(method.enrollDisburseAccount, request, context);
      const answer = await enrollDisburseAccount(services, call, {
        recipientId: request.recipientId,
        method: fromPayoutMethodData(request.payoutMethodData),
        connector: orNull(request.connector),
        setDefault: request.setDefault,
      });
      return { disburseAccount: toDisburseAccount(unwrap(answer, context)) };
    },

    watch: async function* (request, context) {
      const gone = new AbortController();
      const end = () => gone.abort();
      // Not AbortSignal.any: its listeners would stay on the server's signal for as long as it runs.
      for (const signal of [context.signal, stopping]) signal.addEventListener("abort", end);
      try {
        const filter = {
          afterEventId: orNull(request.afterEventId),
          type: request.type,
          status: fromStatuses(request.status),
          connector: orNull(request.connector),
          recipientId: orNull(request.recipientId),
          merchantPayoutId: orNull(request.merchantPayoutId),
          currency: orNull(request.currency),
        };
        const authorization = context.requestHeader.get("authorization");
        const events = watchEvents(services, feeds, callerOf(context), filter, gone.signal, () =>
          authenticate(services, authorization),
        );
        for await (const event of events) {
          yield event === null ? {} : { event: toEventMessage(event) };
        }
      } finally {
        for (const signal of [context.signal, stopping]) signal.removeEventListener("abort", end);
      }
    },
  };
}

function termsOf(request: CreateRequest | StageRequest | CreateLinkRequest): PayoutTerms {
  return {
    merchantPayoutId: orNull(request.merchantPayoutId),
    amount: fromMoney(request.amount, "amount"),
    destinationCurrency: orNull(request.destinationCurrency),
    connector: orNull(request.connector),
    priority: fromEnum<PayoutPriority>(Payout_Priority, request.priority),
    description: request.description,
    metadata: request.metadata,
  };
}

/** Exactly one is given: the contract's rules have seen to that. */
function destinationOf(request: CreateRequest | StageRequest): DestinationRequest {
  const { disburseAccountId, recipientId, payoutMethodData, recipient } = request;
  if (disburseAccountId !== "") return { kind: "account", disburseAccountId };
  if (recipientId !== "") return { kind: "recipient", recipientId };
  return {
    kind: "inline",
    method: fromPayoutMethodData(payoutMethodData),
    person: fromDetails(recipient),
  };
}
