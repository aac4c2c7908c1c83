import http2 from "node:http2";
import { connect as connectTcp, type Socket } from "node:net";
import {
  type DescMessage,
  type DescMethod,
  fromBinary,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import * as grpc from "@grpc/grpc-js";
import { Health } from "../../../gen/grpc/health/v1/health_pb.js";

/** grpc-js knows nothing of protobuf-es: a method definition made by hand. */
export function grpcMethod<I extends DescMessage, O extends DescMessage>(
  method: DescMethod & { input: I; output: O },
): grpc.MethodDefinition<MessageShape<I>, MessageShape<O>> {
  return {
    path: `/${method.parent.typeName}/${method.name}`,
    requestStream: /client|bidi/.test(method.methodKind),
    responseStream: /server|bidi/.test(method.methodKind),
    requestSerialize: (message) => Buffer.from(toBinary(method.input, message)),
    requestDeserialize: (bytes) => fromBinary(method.input, bytes),
    responseSerialize: (message) => Buffer.from(toBinary(method.output, message)),
    responseDeserialize: (bytes) => fromBinary(method.output, bytes),
  };
}

export const grpcCheck = grpcMethod(Health.method.check);
export const grpcWatch = grpcMethod(Health.method.watch);

export function grpcClient(
  target: { host: string; port: number },
  credentials = grpc.credentials.createInsecure(),
): grpc.Client {
  // A pool of its own: tests must not share connections.
  return new grpc.Client(`${target.host}:${target.port}`, credentials, {
    "grpc.use_local_subchannel_pool": 1,
    "grpc.ssl_target_name_override": "localhost",
  });
}

export function grpcUnary<I, O>(
  client: grpc.Client,
  method: grpc.MethodDefinition<I, O>,
  message: I,
  metadata = new grpc.Metadata(),
): Promise<O> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      message,
      metadata,
      {},
      (error, value) => {
        if (error !== null) reject(error);
        else if (value !== undefined) resolve(value);
      },
    );
  });
}

/** One message in gRPC's envelope, not compressed unless said so. */
export function grpcFrame(message: string | Uint8Array, compressed = false): Buffer {
  const bytes = Buffer.from(message);
  const head = Buffer.alloc(5);
  head.writeUInt8(compressed ? 1 : 0, 0);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

export interface Http2Answer {
  readonly headers: http2.IncomingHttpHeaders & { ":status"?: number };
  readonly trailers: http2.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** One POST on a session of its own, bytes as given. Rejects when the stream is reset. */
export async function http2Call(
  url: string,
  call: { path: string; headers?: http2.OutgoingHttpHeaders; body?: Uint8Array },
): Promise<Http2Answer> {
  const session = http2.connect(url);
  try {
    return await new Promise((resolve, reject) => {
      session.once("error", reject);
      const stream = session.request({ ":method": "POST", ":path": call.path, ...call.headers });
      let headers: http2.IncomingHttpHeaders = {};
      let trailers: http2.IncomingHttpHeaders = {};
      const chunks: Buffer[] = [];
      stream.on("response", (received) => {
        headers = received;
      });
      stream.on("trailers", (received) => {
        trailers = received;
      });
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.once("error", reject);
      stream.once("close", () => resolve({ headers, trailers, body: Buffer.concat(chunks) }));
      stream.end(call.body);
    });
  } finally {
    session.destroy();
  }
}

/** A TCP connection that keeps what it received. */
export class RawConnection {
  readonly socket: Socket;
  received = Buffer.alloc(0);
  readonly closed: Promise<void>;
  #waiting: (() => void)[] = [];

  constructor(socket: Socket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.once("close", () => resolve()));
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk]);
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  static open(
    { host, port, localAddress }: { host: string; port: number; localAddress?: string },
    allowHalfOpen = false,
  ): Promise<RawConnection> {
    return new Promise((resolve, reject) => {
      const from = localAddress === undefined ? {} : { localAddress };
      const socket = connectTcp({ host, port, ...from, allowHalfOpen });
      socket.setNoDelay(true);
      socket.once("error", reject);
      socket.once("connect", () => resolve(new RawConnection(socket)));
    });
  }

  /** Resolves when the bytes are with the kernel. */
  write(data: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => this.socket.write(data, () => resolve()));
  }

  async until(predicate: (text: string) => boolean): Promise<string> {
    for (;;) {
      const text = this.received.toString("latin1");
      if (predicate(text)) return text;
      await Promise.race([
        new Promise<void>((resolve) => this.#waiting.push(resolve)),
        this.closed.then(() => {
          throw new Error(`closed after: ${this.received.toString("latin1")}`);
        }),
      ]);
    }
  }
}
