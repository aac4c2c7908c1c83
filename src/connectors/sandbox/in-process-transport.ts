import type { SandboxFace } from "../../sandbox-processor/wire.ts";
import { type SandboxTransport, SandboxTransportError } from "./transport.ts";

/** Calls a processor in this process, and meets its faults as a real client would. */
export function createInProcessTransport(processor: SandboxFace): SandboxTransport {
  return {
    call: async (request, signal) => {
      if (signal.aborted) throw new SandboxTransportError(false);
      const aborted = Promise.withResolvers<never>();
      const abort = (): void => aborted.reject(new SandboxTransportError(true));
      signal.addEventListener("abort", abort, { once: true });
      try {
        const answer = await Promise.race([processor.handle(request), aborted.promise]);
        if (answer.kind === "reply") return answer;
        throw new SandboxTransportError(answer.fault === "lost");
      } catch (error) {
        if (error instanceof SandboxTransportError) throw error;
        throw new SandboxTransportError(true, { cause: error });
      } finally {
        signal.removeEventListener("abort", abort);
      }
    },
  };
}
