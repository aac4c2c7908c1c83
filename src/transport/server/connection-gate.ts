import type { Socket } from "node:net";
import { addressGroup } from "../../net/address-group.ts";

export interface ConnectionGateOptions {
  /** Connections at once of one address; 0 is no bound. */
  readonly perAddress: number;
  /** Whose connections are not counted: a proxy's are those of all its callers. */
  readonly isTrusted: (address: string | undefined) => boolean;
  /** Told of each connection that is turned away. */
  readonly onRefused: (address: string) => void;
}

/** Lets connections in, or destroys those past an address's bound. Knows which are open. */
export class ConnectionGate {
  readonly #options: ConnectionGateOptions;
  readonly #open = new Set<Socket>();
  readonly #perAddress = new Map<string, number>();

  constructor(options: ConnectionGateOptions) {
    this.#options = options;
  }

  get open(): ReadonlySet<Socket> {
    return this.#open;
  }

  /** Whether the connection may be used; if not it is gone already. */
  admit(socket: Socket): boolean {
    // From the first moment: a reset before any protocol has the socket would end the process.
    socket.on("error", () => socket.destroy());
    const address = socket.remoteAddress;
    if (address === undefined) {
      // Gone already.
      socket.destroy();
      return false;
    }
    const { perAddress, isTrusted, onRefused } = this.#options;
    if (perAddress > 0 && !isTrusted(address)) {
      const group = addressGroup(address);
      const open = this.#perAddress.get(group) ?? 0;
      if (open >= perAddress) {
        socket.destroy();
        onRefused(address);
        return false;
      }
      this.#perAddress.set(group, open + 1);
      socket.once("close", () => this.#leave(group));
    }
    this.#open.add(socket);
    socket.once("close", () => this.#open.delete(socket));
    return true;
  }

  #leave(group: string): void {
    const left = (this.#perAddress.get(group) ?? 1) - 1;
    if (left === 0) this.#perAddress.delete(group);
    else this.#perAddress.set(group, left);
  }
}
