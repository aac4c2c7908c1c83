import type { HandlerContext, ServiceImpl } from "@connectrpc/connect";
import {
  SandboxService,
  SandboxTransfer_State,
} from "../../../gen/payout/v1/sandbox_service_pb.js";
import type { Call } from "../../service/call.ts";
import {
  listSandboxTransfers,
  type SandboxMove,
  type SandboxSteering,
  steerSandbox,
} from "../../service/sandbox.ts";
import type { ServiceContext } from "../../service/service-context.ts";
import { toPayout } from "../mapping/payout.ts";
import { toMoney, toTimestamp } from "../mapping/scalars.ts";
import { type CallReader, callerOf, unwrap } from "../read-call.ts";

/** SandboxService: translates, and leaves everything else to the use cases. */
export function sandboxService({
  context: services,
  calls,
  steering,
}: {
  readonly context: ServiceContext;
  readonly calls: CallReader;
  readonly steering: SandboxSteering;
}): ServiceImpl<typeof SandboxService> {
  const { method } = SandboxService;
  const steer = async (
    context: HandlerContext,
    call: Call,
    what: { readonly move: SandboxMove; readonly payoutId: string; readonly reason: string },
  ) => ({ payout: toPayout(unwrap(await steerSandbox(services, steering, call, what), context)) });
  return {
    settlePayout: (request, context: HandlerContext) =>
      steer(context, calls.read(method.settlePayout, request, context), {
        move: "settle",
        payoutId: request.payoutId,
        reason: "",
      }),

    failPayout: (request, context: HandlerContext) =>
      steer(context, calls.read(method.failPayout, request, context), {
        move: "fail",
        payoutId: request.payoutId,
        reason: request.reason,
      }),

    returnPayout: (request, context: HandlerContext) =>
      steer(context, calls.read(method.returnPayout, request, context), {
        move: "return",
        payoutId: request.payoutId,
        reason: request.reason,
      }),

    listSandboxTransfers: async (request, context) => {
      const { items, nextPageToken } = await listSandboxTransfers(
        services,
        steering,
        callerOf(context),
        request,
        context.signal,
      );
      return {
        transfers: items.map((transfer) => ({
          transferId: transfer.transferId,
          idempotencyKey: transfer.idempotencyKey,
          payoutId: transfer.payoutId,
          amount: toMoney(transfer.amount),
          state: stateOf(transfer.state),
          scenario: transfer.scenario,
          createTime: toTimestamp(transfer.createTime),
        })),
        nextPageToken,
      };
    },
  };
}

/** A word that is newer than we are is shown as unspecified. */
function stateOf(word: string): SandboxTransfer_State {
  const known = SandboxTransfer_State[word as keyof typeof SandboxTransfer_State];
  return known ?? SandboxTransfer_State.STATE_UNSPECIFIED;
}
