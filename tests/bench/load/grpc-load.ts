import type { DescMessage, DescMethod, MessageShape } from "@bufbuild/protobuf";
import { Metadata, status } from "@grpc/grpc-js";
import { grpcClient, grpcMethod, grpcUnary } from "../../transport/server/clients.ts";
import type { Load } from "./load.ts";

export interface GrpcRequest<I extends DescMessage> {
  readonly message: MessageShape<I>;
  readonly headers: Readonly<Record<string, string>>;
}

/** Calls over gRPC by grpc-js, all callers as streams of one connection. */
export function grpcLoad<I extends DescMessage, O extends DescMessage>(
  url: string,
  callers: number,
  method: DescMethod & { readonly input: I; readonly output: O },
  next: () => GrpcRequest<I>,
): Load {
  const { hostname, port } = new URL(url);
  const client = grpcClient({ host: hostname, port: Number(port) });
  const definition = grpcMethod(method);
  const ask = ({ message, headers }: GrpcRequest<I>) => {
    const metadata = new Metadata();
    for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
    return grpcUnary(client, definition, message, metadata);
  };
  return {
    run: async (calls) => {
      const latencies: number[] = [];
      let made = 0;
      let refused = 0;
      let failed = 0;
      const caller = async () => {
        while (made < calls) {
          made += 1;
          const sent = performance.now();
          try {
            await ask(next());
            latencies.push(performance.now() - sent);
          } catch (error) {
            if (isRefusal(error)) refused += 1;
            else failed += 1;
          }
        }
      };
      const began = performance.now();
      await Promise.all(Array.from({ length: callers }, caller));
      return { calls, refused, failed, elapsedMs: performance.now() - began, latencies };
    },
    close: () => client.close(),
  };
}

function isRefusal(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return code === status.UNAVAILABLE || code === status.RESOURCE_EXHAUSTED;
}
