import type { DescFile, MessageInitShape } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import type * as v1 from "../../../gen/grpc/reflection/v1/reflection_pb.js";
import type * as v1alpha from "../../../gen/grpc/reflection/v1alpha/reflection_pb.js";
import type { DescriptorIndex } from "./descriptor-index.ts";

/** The versions differ in their package's name only. */
export type ReflectionRequest = v1.ServerReflectionRequest | v1alpha.ServerReflectionRequest;

type Init = MessageInitShape<typeof v1.ServerReflectionResponseSchema> &
  MessageInitShape<typeof v1alpha.ServerReflectionResponseSchema>;

/** The answer, a shape that makes a message of either version. */
export type ReflectionAnswer = NonNullable<Init["messageResponse"]>;

/**
 * Answers one request. A failure is an answer too, so that the stream goes on. `sent` holds the
 * paths of the files that this stream has carried, and grows.
 */
export function answerRequest(
  index: DescriptorIndex,
  request: ReflectionRequest,
  sent: Set<string>,
): ReflectionAnswer {
  const { messageRequest } = request;
  switch (messageRequest.case) {
    case "listServices": {
      const service = index.serviceNames.map((name) => ({ name }));
      return { case: "listServicesResponse", value: { service } };
    }
    case "fileByFilename":
      return files(index, index.file(messageRequest.value), sent);
    case "fileContainingSymbol":
      return files(index, index.fileOfSymbol(messageRequest.value), sent);
    case "fileContainingExtension": {
      const { containingType, extensionNumber } = messageRequest.value;
      return files(index, index.fileOfExtension(containingType, extensionNumber), sent);
    }
    case "allExtensionNumbersOfType": {
      const numbers = index.extensionNumbers(messageRequest.value);
      if (numbers === undefined) return failure(Code.NotFound, "type not found");
      return {
        case: "allExtensionNumbersResponse",
        value: { baseTypeName: messageRequest.value, extensionNumber: [...numbers] },
      };
    }
    case undefined:
      // Something newer than this server sent a request that it knows and we do not.
      if ((request.$unknown ?? []).length > 0) {
        return failure(Code.Unimplemented, "request not known to this server");
      }
      return failure(Code.InvalidArgument, "empty request");
  }
}

/**
 * The file first, always, as the caller just asked for it; then those of its transitive
 * dependencies that this stream has not carried, as the protocol allows. No file comes before one
 * that imports it, so a client that goes through them backwards has every import at hand.
 */
function files(
  index: DescriptorIndex,
  file: DescFile | undefined,
  sent: Set<string>,
): ReflectionAnswer {
  if (file === undefined) return failure(Code.NotFound, "not found");
  const importsFirst: DescFile[] = [];
  const visit = (one: DescFile): void => {
    // What was sent was sent with its own dependencies.
    sent.add(one.proto.name);
    for (const dependency of one.dependencies) {
      if (!sent.has(dependency.proto.name)) visit(dependency);
    }
    importsFirst.push(one);
  };
  visit(file);
  const fileDescriptorProto = importsFirst.reverse().map((one) => index.bytes(one));
  return { case: "fileDescriptorResponse", value: { fileDescriptorProto } };
}

/** Messages are constants: the request is echoed by the protocol anyway. */
function failure(errorCode: Code, errorMessage: string): ReflectionAnswer {
  return { case: "errorResponse", value: { errorCode, errorMessage } };
}
