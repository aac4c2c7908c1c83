import { createGrpcTransport } from "@connectrpc/connect-node";
import type { PayoutTransport } from "./transport.ts";

/** gRPC over HTTP/2, for Node: without TLS for `http://` (h2c), with it for `https://`. */
export const grpc: PayoutTransport = ({ baseUrl, interceptors }) =>
  createGrpcTransport({ baseUrl, interceptors });
