import { createGrpcWebTransport } from "@connectrpc/connect-web";
import type { PayoutTransport } from "./transport.ts";

/** gRPC-Web over fetch, for where a proxy between here and the service speaks nothing else. */
export const grpcWeb: PayoutTransport = (options) => createGrpcWebTransport(options);
