import { type Client, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import type { Event } from "../../../gen/payout/v1/event_pb.js";
import { Payout_Status } from "../../../gen/payout/v1/payout_pb.js";
import { PayoutService } from "../../../gen/payout/v1/payout_service_pb.js";
import { API_KEY } from "./process.ts";

/** PayoutService over gRPC. */
export function grpcPayouts(url: string): Client<typeof PayoutService> {
  const transport = createGrpcTransport({
    baseUrl: url,
    interceptors: [
      (next) => (request) => {
        request.header.set("authorization", `Bearer ${API_KEY}`);
        return next(request);
      },
    ],
  });
  return createClient(PayoutService, transport);
}

/** A Watch over gRPC that keeps what it was told. */
export class Stream {
  readonly events: Event[] = [];
  /** Resolves when the stream stands: what happens from then on is on it. */
  readonly ready: Promise<void>;
  /** Resolves when it has ended, with the error if it was one. */
  readonly ended: Promise<unknown>;
  readonly #stop = new AbortController();
  #wake = Promise.withResolvers<void>();

  constructor(url: string, afterEventId = "") {
    const ready = Promise.withResolvers<void>();
    this.ready = ready.promise;
    this.ended = this.#read(url, afterEventId, ready.resolve);
  }

  async #read(url: string, afterEventId: string, onReady: () => void): Promise<unknown> {
    try {
      const stream = grpcPayouts(url).watch({ afterEventId }, { signal: this.#stop.signal });
      for await (const { event } of stream) {
        onReady();
        if (event !== undefined) this.events.push(event);
        this.#wake.resolve();
        this.#wake = Promise.withResolvers();
      }
      return null;
    } catch (error) {
      return error;
    }
  }

  /** Resolves when what was told so far fits. */
  async until(fits: (events: readonly Event[]) => boolean): Promise<void> {
    while (!fits(this.events)) await this.#wake.promise;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.ended;
  }
}

/** The word of a payout's status in an event; empty when it is about something else. */
export function statusOf({ data }: Event): string {
  return data?.resource.case === "payout" ? Payout_Status[data.resource.value.status] : "";
}

export function payoutIdOf({ data }: Event): string {
  return data?.resource.case === "payout" ? data.resource.value.payoutId : "";
}
