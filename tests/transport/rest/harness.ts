import type { DescService, JsonValue, Message } from "@bufbuild/protobuf";
import { toJson } from "@bufbuild/protobuf";
import { createServiceImplSpec, type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import {
  createTranscoder,
  type RestResponse,
  type TranscoderOptions,
} from "../../../src/transport/rest/index.ts";
import { library } from "./descriptors.ts";

export type Seen = { rpc: string; message: Message; context: HandlerContext };

/** Implementations that remember what they were called with and answer `answer(seen)`. */
export function recordingLibrary(answer: (seen: Seen) => unknown = () => ({})) {
  const calls: Seen[] = [];
  const impl = Object.fromEntries(
    library().methods.map((method) => [
      method.localName,
      (message: Message, context: HandlerContext) => {
        const seen = { rpc: method.name, message, context };
        calls.push(seen);
        return answer(seen);
      },
    ]),
  );
  return {
    calls,
    spec: createServiceImplSpec(library(), impl as unknown as Partial<ServiceImpl<DescService>>),
  };
}

/** A request in brief: "GET /path?query", and its body. */
export type Brief = {
  body?: JsonValue | Uint8Array | string;
  header?: Record<string, string>;
  signal?: AbortSignal;
};

/** A transcoder on a recording library, with a function to call it. */
export function restOf(answer?: (seen: Seen) => unknown, options: Partial<TranscoderOptions> = {}) {
  const { calls, spec } = recordingLibrary(answer);
  const transcoder = createTranscoder({ services: [spec], ...options });
  const send = async (line: string, brief: Brief = {}): Promise<RestResponse | undefined> => {
    const [method = "", target = ""] = line.split(" ");
    const body = bytesOf(brief.body);
    return transcoder.handle({
      method,
      target,
      url: `http://localhost${target}`,
      header: new Headers({
        ...(body.byteLength > 0 ? { "content-type": "application/json" } : {}),
        ...brief.header,
      }),
      readBody: async () => body,
      signal: brief.signal,
      requestId: "req-1",
    });
  };
  /** Sends, and answers the JSON of the request message that arrived. */
  const received = async (line: string, brief: Brief = {}): Promise<JsonValue> => {
    const before = calls.length;
    const response = await send(line, brief);
    const call = calls[before];
    if (call === undefined) {
      throw new Error(`not called: ${response?.status} ${response?.body}`);
    }
    const { input } = library().methods.find((m) => m.name === call.rpc) ?? {};
    if (input === undefined) {
      throw new Error("no such method");
    }
    return { rpc: call.rpc, ...(toJson(input, call.message) as object) };
  };
  /** Sends, and answers status and violations of the refusal; fails if something was called. */
  const refused = async (line: string, brief: Brief = {}) => {
    const before = calls.length;
    const response = await send(line, brief);
    if (calls.length > before) {
      throw new Error("called");
    }
    const problem = jsonOf(response) as { errors: { field: string; message: string }[] };
    return {
      status: response?.status,
      fields: problem.errors.map((error) => error.field),
      messages: problem.errors.map((error) => error.message),
      text: String(response?.body),
    };
  };
  return { calls, send, received, refused, transcoder };
}

/** The JSON of a response body. */
export function jsonOf(response: RestResponse | undefined): JsonValue {
  return JSON.parse(String(response?.body));
}

function bytesOf(body: Brief["body"]): Uint8Array {
  if (body === undefined) {
    return new Uint8Array(0);
  }
  if (body instanceof Uint8Array) {
    return body;
  }
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
}
