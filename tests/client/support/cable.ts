import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A line to the service, byte by byte, that can be held and cut. */
export class Cable {
  /** How many connections there were. */
  connections = 0;
  #isHeld = false;
  readonly #sockets: Socket[] = [];
  readonly #port: number;
  readonly #server = createServer((near) => this.#join(near));

  private constructor(port: number) {
    this.#port = port;
  }

  static async start(port: number): Promise<Cable> {
    const cable = new Cable(port);
    await new Promise<void>((resolve) => cable.#server.listen(0, "127.0.0.1", resolve));
    return cable;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From now on nothing that the service says arrives. */
  hold(): void {
    this.#isHeld = true;
  }

  /** Breaks the connections that there are; the next one is whole again. */
  cut(how: "reset" | "end"): void {
    this.#isHeld = false;
    for (const socket of this.#sockets.splice(0)) {
      if (how === "reset") socket.resetAndDestroy();
      else socket.destroy();
    }
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cut("end");
    await closed;
  }

  #join(near: Socket): void {
    this.connections += 1;
    const far = connect(this.#port, "127.0.0.1");
    this.#sockets.push(near, far);
    // Broken lines are what this is for.
    for (const socket of [near, far]) socket.on("error", () => socket.destroy());
    near.pipe(far);
    far.on("data", (bytes) => void (this.#isHeld || near.write(bytes)));
    far.on("close", () => near.destroy());
  }
}
