import type { ServerHttp2Session } from "node:http2";
import type { Delay } from "./delay.ts";

export interface KeepSessionOptions {
  /** Milliseconds without a frame after which the session is looked at. */
  readonly idleMs: number;
  /** Milliseconds that a peer has to answer a ping. */
  readonly pingMs: number;
  readonly delay: Delay;
}

/**
 * Ends HTTP/2 sessions that nobody uses. Quiet without streams: GOAWAY and close. Quiet with
 * streams (a Watch with no news): ping, and cut the session when the peer does not answer, since
 * a peer that vanished without a FIN would hold its streams for ever.
 */
export function keepSession(session: ServerHttp2Session, options: KeepSessionOptions): void {
  let openStreams = 0;
  session.on("stream", (stream) => {
    openStreams += 1;
    stream.once("close", () => {
      openStreams -= 1;
    });
  });
  const watch = (): void => {
    // Node's timer fires once and a PING's answer does not start it anew.
    session.setTimeout(options.idleMs, lookAt);
  };
  const lookAt = (): void => {
    if (session.destroyed) return;
    if (openStreams === 0) {
      session.close();
      return;
    }
    const cancel = options.delay(options.pingMs, () => session.destroy());
    const sent = session.ping((error) => {
      cancel();
      if (session.destroyed) return;
      if (error === null) watch();
      else session.destroy();
    });
    if (!sent) {
      cancel();
      session.destroy();
    }
  };
  watch();
}
