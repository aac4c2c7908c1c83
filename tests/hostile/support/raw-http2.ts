import { RawConnection } from "../../transport/server/clients.ts";
import {
  type Frame,
  flag,
  frame,
  framesIn,
  frameType,
  type HeaderList,
  headers,
  preface,
  settings,
} from "./http2-frames.ts";

/** An HTTP/2 connection without a library: it sends what it is told, and acknowledges nothing by itself. */
export class RawHttp2 {
  readonly raw: RawConnection;

  constructor(raw: RawConnection) {
    this.raw = raw;
  }

  /** Connects and shakes hands: preface, `first` settings, and the acknowledgement of the server's. */
  static async open(
    at: { host: string; port: number },
    first: Readonly<Record<number, number>> = {},
  ): Promise<RawHttp2> {
    const connection = new RawHttp2(await RawConnection.open(at));
    await connection.send(Buffer.from(preface, "latin1"), settings(first));
    await connection.frame((each) => each.type === frameType.settings && each.flags === flag.none);
    await connection.send(frame(frameType.settings, flag.ack));
    return connection;
  }

  send(...parts: readonly Buffer[]): Promise<void> {
    return this.raw.write(Buffer.concat(parts));
  }

  request(streamId: number, list: HeaderList, endStream = true): Promise<void> {
    return this.send(headers(streamId, list, endStream));
  }

  get frames(): Frame[] {
    return framesIn(this.raw.received);
  }

  /** The first frame that is as wanted, also among those that came before. */
  async frame(wanted: (frame: Frame) => boolean): Promise<Frame> {
    let found: Frame | undefined;
    await this.raw.until(() => {
      found = this.frames.find(wanted);
      return found !== undefined;
    });
    return found as Frame;
  }

  /** The code of the GOAWAY, once the connection is closed; undefined without one. */
  async goAwayCode(): Promise<number | undefined> {
    await this.raw.closed;
    const frames = this.frames.filter((each) => each.type === frameType.goAway);
    return frames.at(-1)?.payload.readUInt32BE(4);
  }

  /** The code of the RST_STREAM of that stream. */
  async resetCode(streamId: number): Promise<number> {
    const reset = await this.frame(
      (each) => each.type === frameType.resetStream && each.streamId === streamId,
    );
    return reset.payload.readUInt32BE(0);
  }

  /** From now on PINGs are acknowledged, as a client does that is alive and takes nothing all the same. */
  answerPings(): void {
    let answered = 0;
    this.raw.socket.on("data", () => {
      const pings = this.frames.filter(
        (each) => each.type === frameType.ping && each.flags === flag.none,
      );
      for (const { payload } of pings.slice(answered)) {
        this.raw.socket.write(frame(frameType.ping, flag.ack, 0, payload));
      }
      answered = pings.length;
    });
  }

  destroy(): void {
    this.raw.socket.destroy();
  }
}
