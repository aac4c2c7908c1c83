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
import { type CallReader, callerOf } from "../read-call.ts";

/**
 * SandboxService: translates, and leaves everything else to the use cases. What it does is done once
 * by the processor's own rules (settled is settled), so it keeps no idempotency records.
 */
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
  const steer = async (call: Call, move: SandboxMove, payoutId: string, reason: string) => ({
    payout: toPayout(await steerSandbox(services, steering, call, { move, payoutId, reason })),
  });
  return {
    settlePayout: (request, context: HandlerContext) =>
      steer(calls.read(method.settlePayout, request, context), "settle", request.payoutId, ""),

    failPayout: (request, context: HandlerContext) =>
      steer(
        calls.read(method.failPayout, request, context),
        "fail",
        request.payoutId,
        request.reason,
      ),

    returnPayout: (request, context: HandlerContext) =>
      steer(
        calls.read(method.returnPayout, request, context),
        "return",
        request.payoutId,
        request.reason,
      ),

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
