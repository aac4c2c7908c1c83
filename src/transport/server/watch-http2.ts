import { constants, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import { Bucket } from "./bucket.ts";
import type { Delay } from "./delay.ts";
import { looksWithin, type OnePortLimits } from "./one-port-options.ts";

interface WatchedStream {
  stuckLooks: number;
  hearsDrain: boolean;
}

const { NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_NO_ERROR, NGHTTP2_SETTINGS_TIMEOUT } = constants;

/** A peer with too much untaken may be slow for so many looks: a network has its pauses. */
const SLOW_LOOKS = 2;

/**
 * What Node does not bound on an HTTP/2 connection: a handshake that does not end, a session that
 * nobody uses however many frames come, peers that vanished or leave their answers untaken, and
 * floods of resets and pings. Frames that carry nothing are bounded by nghttp2.
 */
export class Http2Connection {
  readonly #session: ServerHttp2Session;
  readonly #socket: Socket;
  readonly #limits: OnePortLimits;
  readonly #delay: Delay;
  readonly #streams = new Map<ServerHttp2Stream, WatchedStream>();
  readonly #resets: Bucket;
  readonly #pings: Bucket;
  #idleLooks = 0;
  #leavingLooks = 0;
  #slowLooks = 0;
  #untaken = 0;
  #sent = 0;

  constructor(
    session: ServerHttp2Session,
    socket: Socket,
    { limits, delay }: { readonly limits: OnePortLimits; readonly delay: Delay },
  ) {
    this.#session = session;
    this.#socket = socket;
    this.#limits = limits;
    this.#delay = delay;
    const perLook = (perSecond: number): number => (perSecond * limits.checkEveryMs) / 1000;
    this.#resets = new Bucket(limits.http2Resets.atOnce, perLook(limits.http2Resets.perSecond));
    this.#pings = new Bucket(limits.http2Pings.atOnce, perLook(limits.http2Pings.perSecond));
    session.on("stream", (stream) => this.#add(stream));
    session.on("ping", () => this.#count(this.#pings));
    session.on("remoteSettings", () => this.#count(this.#pings));
    this.#endHandshake();
    this.#watchQuiet();
  }

  /**
   * To be called every `checkEveryMs`. Answers how many answers are stuck.
   *
   * @param patience how many looks an answer may be
   */
  look(patience: number): number {
    const { idleMs, pingMs, checkEveryMs } = this.#limits;
    if (this.#session.destroyed || (this.#session.closed && this.#streams.size === 0)) {
      // It has said so; a peer that takes no notice would keep the socket.
      this.#leavingLooks += 1;
      if (this.#leavingLooks > looksWithin(pingMs, checkEveryMs)) this.#socket.destroy();
      return 0;
    }
    this.#resets.look();
    this.#pings.look();
    this.#idleLooks = this.#streams.size === 0 ? this.#idleLooks + 1 : 0;
    if (this.#idleLooks <= looksWithin(idleMs, checkEveryMs)) return this.#lookAtAnswers(patience);
    this.#session.close();
    return 0;
  }

  #add(stream: ServerHttp2Stream): void {
    this.#streams.set(stream, { stuckLooks: 0, hearsDrain: false });
    stream.once("close", () => {
      this.#streams.delete(stream);
      // Whoever opens streams and resets them makes work that the bound on open streams never sees.
      if (stream.aborted || stream.rstCode !== NGHTTP2_NO_ERROR) this.#count(this.#resets);
    });
  }

  #count(bucket: Bucket): void {
    if (!bucket.take()) this.#end(NGHTTP2_ENHANCE_YOUR_CALM);
  }

  #end(code: number): void {
    // Without an error Node forgets the code.
    if (!this.#session.destroyed) this.#session.destroy(new Error("the peer went too far"), code);
  }

  /** The peer must have said its settings, and acknowledged ours. */
  #endHandshake(): void {
    const cancel = this.#delay(this.#limits.silentSocketMs, () =>
      this.#end(NGHTTP2_SETTINGS_TIMEOUT),
    );
    let steps = 0;
    const step = (): void => {
      steps += 1;
      if (steps === 2) cancel();
    };
    this.#session.once("localSettings", step);
    this.#session.once("remoteSettings", step);
    this.#session.once("close", cancel);
  }

  /**
   * Quiet with streams (a Watch with no news): a ping, since a peer that vanished without a FIN
   * would hold its streams for ever.
   */
  #watchQuiet(): void {
    // Node's timer fires once and a PING's answer does not start it anew.
    this.#session.setTimeout(this.#limits.idleMs, () => {
      if (this.#session.destroyed) return;
      if (this.#streams.size === 0) this.#session.close();
      else this.#ping(() => this.#watchQuiet());
    });
  }

  #ping(alive: () => void): void {
    if (this.#session.destroyed) return;
    const cancel = this.#delay(this.#limits.pingMs, () => this.#session.destroy());
    const sent = this.#session.ping((error) => {
      cancel();
      if (this.#session.destroyed) return;
      if (error === null) alive();
      else this.#session.destroy();
    });
    if (!sent) {
      cancel();
      this.#session.destroy();
    }
  }

  #lookAtAnswers(patience: number): number {
    const { answerMs, checkEveryMs, untakenBytes } = this.#limits;
    let untaken = 0;
    let stuck = 0;
    let isCut = false;
    for (const [stream, watched] of this.#streams) {
      untaken += untakenOf(stream);
      watched.stuckLooks = stream.writableLength === 0 ? 0 : watched.stuckLooks + 1;
      if (watched.stuckLooks > 0 && !watched.hearsDrain) {
        watched.hearsDrain = true;
        stream.on("drain", () => {
          watched.stuckLooks = 0;
        });
      }
      // The first look at an answer says nothing of its peer.
      if (watched.stuckLooks > 1) stuck += 1;
      if (watched.stuckLooks > patience) {
        stream.close(NGHTTP2_ENHANCE_YOUR_CALM);
        isCut = true;
      }
    }
    // Where nothing at all is taken, the reset will not be either.
    if (isCut) this.#ping(() => {});
    const sent = this.#socket.bytesWritten;
    // At the pace of the last look, what was due then would take longer than an answer may.
    const looks = looksWithin(answerMs, checkEveryMs);
    const isSlow = (sent - this.#sent) * looks < this.#untaken;
    const isTooMuch = Math.min(untaken, this.#untaken) > untakenBytes;
    this.#slowLooks = isSlow && isTooMuch ? this.#slowLooks + 1 : 0;
    if (this.#slowLooks > SLOW_LOOKS) this.#end(NGHTTP2_ENHANCE_YOUR_CALM);
    this.#untaken = untaken;
    this.#sent = sent;
    return stuck;
  }
}

/** What is kept for a stream until its peer takes it (bytes). */
function untakenOf({ writableLength, sentHeaders }: ServerHttp2Stream): number {
  if (writableLength === 0) return 0;
  // An answer of a known length is written piece by piece, and kept whole until the last.
  const length = Number(sentHeaders?.["content-length"] ?? 0);
  return Math.max(writableLength, Number.isNaN(length) ? 0 : length);
}
