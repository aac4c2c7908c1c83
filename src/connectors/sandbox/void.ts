import type { VoidInput, VoidOutcome } from "../connector.ts";
import { post } from "./call.ts";
import { readTransfer } from "./read-reply.ts";
import { TRANSFER_REFERENCE } from "./state.ts";
import type { SandboxTransport } from "./transport.ts";

/** Asks to stop a transfer. None of the ends says anything of the money but `done`. */
export async function voidTransfer(
  transport: SandboxTransport,
  path: string,
  { processorKey: key, signal }: VoidInput,
): Promise<VoidOutcome> {
  const outcome = await post(transport, { path, key, body: {}, signal }, readTransfer);
  switch (outcome.kind) {
    case "accepted": {
      const { state, transferId } = outcome.value;
      if (state !== "CANCELLED") return { kind: "requested" };
      return { kind: "done", references: [{ kind: TRANSFER_REFERENCE, id: transferId }] };
    }
    case "rejected":
      return outcome.error.reason === "TRANSFER_NOT_FOUND"
        ? { kind: "not_found" }
        : { kind: "refused", error: outcome.error };
    default:
      return outcome;
  }
}
