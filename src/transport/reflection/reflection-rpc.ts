import type { DescFile, DescService } from "@bufbuild/protobuf";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { ServerReflection as ServerReflectionV1 } from "../../../gen/grpc/reflection/v1/reflection_pb.js";
import { ServerReflection as ServerReflectionV1Alpha } from "../../../gen/grpc/reflection/v1alpha/reflection_pb.js";
import { answerRequest, type ReflectionAnswer, type ReflectionRequest } from "./answer-request.ts";
import { createDescriptorIndex } from "./descriptor-index.ts";

export interface ReflectionRpcOptions {
  /** What the server serves. The reflection services themselves are added. */
  readonly services: readonly DescService[];
  /** Files that no service depends on but callers may ask for, such as ones with extensions. */
  readonly files?: readonly DescFile[];
  /** Requests on one stream; more end it with RESOURCE_EXHAUSTED. Default 1,000. */
  readonly maxRequestsPerStream?: number;
}

/**
 * gRPC server reflection, v1 and v1alpha: callers such as `buf curl` and `grpcurl` find services
 * and their schemas without having them. Bidi streams, so over HTTP/2 only.
 */
export function reflectionRpc(options: ReflectionRpcOptions): (router: ConnectRouter) => void {
  const { services, files, maxRequestsPerStream = 1_000 } = options;
  const index = createDescriptorIndex(
    [...services, ServerReflectionV1, ServerReflectionV1Alpha],
    files,
  );

  async function* answers<R extends ReflectionRequest>(requests: AsyncIterable<R>) {
    const sent = new Set<string>();
    let count = 0;
    for await (const request of requests) {
      count += 1;
      if (count > maxRequestsPerStream) {
        throw new ConnectError("too many requests on one stream", Code.ResourceExhausted);
      }
      yield reply(request, answerRequest(index, request, sent));
    }
  }

  return (router) => {
    router.service(ServerReflectionV1, { serverReflectionInfo: answers });
    router.service(ServerReflectionV1Alpha, { serverReflectionInfo: answers });
  };
}

function reply<R extends ReflectionRequest>(request: R, messageResponse: ReflectionAnswer) {
  return { validHost: request.host, originalRequest: request, messageResponse };
}
