import {
  type DescMessage,
  type DescMethod,
  type DescMethodStreaming,
  type DescMethodUnary,
  fromJson,
  type JsonObject,
  type MessageShape,
  toJson,
} from "@bufbuild/protobuf";
import type { Transport } from "@connectrpc/connect";
import { type Answer, refusalOf } from "./answer.ts";
import type { CallOptions, Face } from "./face.ts";

/** A face by one of Connect's clients: Connect itself, or gRPC-Web. */
export function connectFace(name: string, transport: Transport, close = () => {}): Face {
  return {
    name,
    close,

    call: async (method, request, options): Promise<Answer> => {
      const message = fromJson(method.input, request);
      try {
        const response = await transport.unary(
          method as DescMethodUnary,
          undefined,
          options.timeoutMs,
          headersOf(options),
          message,
        );
        return {
          ok: true,
          message: toProtoJson(method.output, response.message),
          replayed: response.header.get("idempotency-replayed"),
        };
      } catch (error) {
        return refusalOf(error);
      }
    },

    stream: async function* (method: DescMethod, request, options) {
      const response = await transport.stream(
        method as DescMethodStreaming,
        options.signal,
        options.timeoutMs,
        headersOf(options),
        once(fromJson(method.input, request)),
      );
      for await (const message of response.message) yield toProtoJson(method.output, message);
    },
  };
}

/** As every JSON face answers: lowerCamelCase, and empty scalars printed. */
export function toProtoJson<D extends DescMessage>(desc: D, message: MessageShape<D>): JsonObject {
  return toJson(desc, message, { alwaysEmitImplicit: true }) as JsonObject;
}

export function headersOf({ key, idempotencyKey }: CallOptions): Record<string, string> {
  return {
    ...(key === null ? {} : { authorization: `Bearer ${key}` }),
    ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
  };
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}
