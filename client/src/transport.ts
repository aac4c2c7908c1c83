import type { Interceptor, Transport } from "@connectrpc/connect";

/** What a way to the service is made with. */
export interface TransportOptions {
  /** Where the service is, such as `https://payouts.example`. */
  readonly baseUrl: string;
  /** Around every call, the first outermost. */
  readonly interceptors: Interceptor[];
  /** Used in place of the global one, where the way goes over fetch. */
  readonly fetch?: typeof globalThis.fetch;
}

/** A protocol: Connect when nothing is said, `grpc` and `grpcWeb` from their own entries. */
export type PayoutTransport = (options: TransportOptions) => Transport;
