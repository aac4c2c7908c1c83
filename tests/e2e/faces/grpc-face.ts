import { type DescMethod, fromJson, type JsonObject } from "@bufbuild/protobuf";
import { BinaryReader } from "@bufbuild/protobuf/wire";
import { Code, ConnectError } from "@connectrpc/connect";
import * as grpc from "@grpc/grpc-js";
import { grpcClient, grpcMethod } from "../../transport/server/clients.ts";
import { type Answer, refusalOf } from "./answer.ts";
import { headersOf, toProtoJson } from "./connect-face.ts";
import type { CallOptions, Face } from "./face.ts";

/** gRPC by grpc-js, which shares no code with Connect; the error details are read by hand too. */
export function grpcFace(
  target: { readonly host: string; readonly port: number },
  credentials = grpc.credentials.createInsecure(),
): Face {
  const client = grpcClient(target, credentials);
  return {
    name: "gRPC",
    close: () => client.close(),

    call: (method, request, options) =>
      new Promise<Answer>((resolve, reject) => {
        const { path, requestSerialize, responseDeserialize } = grpcMethod(method);
        let headers = new grpc.Metadata();
        const call = client.makeUnaryRequest(
          path,
          requestSerialize,
          responseDeserialize,
          fromJson(method.input, request),
          metadataOf(options),
          callOptionsOf(options),
          (error, message) => {
            if (error !== null) {
              resolve(refusalOf(toConnectError(error)));
            } else if (message === undefined) {
              reject(new Error("neither an error nor a message"));
            } else {
              const [replayed] = headers.get("idempotency-replayed");
              resolve({
                ok: true,
                message: toProtoJson(method.output, message),
                replayed: replayed === undefined ? null : String(replayed),
              });
            }
          },
        );
        call.on("metadata", (received) => {
          headers = received;
        });
      }),

    stream: async function* (method: DescMethod, request: JsonObject, options) {
      const { path, requestSerialize, responseDeserialize } = grpcMethod(method);
      const call = client.makeServerStreamRequest(
        path,
        requestSerialize,
        responseDeserialize,
        fromJson(method.input, request),
        metadataOf(options),
        callOptionsOf(options),
      );
      options.signal.addEventListener("abort", () => call.cancel());
      try {
        for await (const message of call) yield toProtoJson(method.output, message);
      } catch (error) {
        throw toConnectError(error as grpc.ServiceError);
      } finally {
        call.cancel();
      }
    },
  };
}

function metadataOf(options: CallOptions): grpc.Metadata {
  const metadata = new grpc.Metadata();
  for (const [name, value] of Object.entries(headersOf(options))) metadata.set(name, value);
  return metadata;
}

function callOptionsOf({ timeoutMs }: CallOptions): grpc.CallOptions {
  return timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };
}

/** In the shape that Connect's clients give, so that one reader reads both. */
function toConnectError(error: grpc.ServiceError): ConnectError {
  const result = new ConnectError(error.details, error.code as unknown as Code);
  if (Code[error.code] === undefined) throw error;
  const [status] = error.metadata.get("grpc-status-details-bin");
  if (status instanceof Buffer) result.details.push(...readStatusDetails(status));
  return result;
}

/** google.rpc.Status, of which only `details` is of interest: field 3, of google.protobuf.Any. */
export function readStatusDetails(bytes: Uint8Array): { type: string; value: Uint8Array }[] {
  return readFields(bytes)
    .filter(({ field }) => field === 3)
    .map(({ value }) => {
      const fields = readFields(value);
      const typeUrl = fields.find(({ field }) => field === 1)?.value ?? new Uint8Array();
      const content = fields.find(({ field }) => field === 2)?.value ?? new Uint8Array();
      return { type: Buffer.from(typeUrl).toString().replace(/^.*\//, ""), value: content };
    });
}

function readFields(bytes: Uint8Array): { field: number; value: Uint8Array }[] {
  const reader = new BinaryReader(bytes);
  const found: { field: number; value: Uint8Array }[] = [];
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (wireType === 2) found.push({ field, value: reader.bytes() });
    else reader.skip(wireType);
  }
  return found;
}
