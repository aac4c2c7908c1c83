import type { SandboxReply, SandboxRequest } from "../../sandbox-processor/wire.ts";

/** A way to the processor: in process, or over HTTP. */
export interface SandboxTransport {
  /** Resolves with whatever was answered, of any status. Throws SandboxTransportError only. */
  call(request: SandboxRequest, signal: AbortSignal): Promise<SandboxReply>;
}

/** No answer came. `sent` is false only where surely no byte reached the processor. */
export class SandboxTransportError extends Error {
  readonly sent: boolean;

  constructor(sent: boolean, options?: ErrorOptions) {
    super(
      sent ? "The sandbox processor did not answer." : "The sandbox processor was not reached.",
      options,
    );
    this.name = "SandboxTransportError";
    this.sent = sent;
  }
}
