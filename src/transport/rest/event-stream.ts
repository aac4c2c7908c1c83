import {
  type DescField,
  type DescMethod,
  type Message,
  type Registry,
  toJson,
} from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";

/** One server-sent event, as the HTML standard has it. */
export type ServerSentEvent = {
  /** What a reader gives back as `Last-Event-ID` to go on from here. */
  readonly id?: string;
  readonly event?: string;
  /** A message of the stream, or a part of one. */
  readonly data: Message;
  readonly schema: DescMethod["output"];
};

/** How a method that answers with a stream is served as server-sent events. */
export type EventStream = {
  readonly method: DescMethod;
  /** The request's field that `Last-Event-ID` is taken for. */
  readonly resumeField: DescField;
  /** Null for a message that says nothing, such as a heartbeat. */
  readonly toEvent: (message: Message) => ServerSentEvent | null;
};

/** The headers of a stream: nothing on the way may keep it, or hold it back until it is long. */
export const eventStreamHeaders = {
  "content-type": "text/event-stream",
  "cache-control": "no-store",
  "x-accel-buffering": "no",
} as const;

/**
 * Messages as the bytes of server-sent events. What says nothing is a comment, which keeps connections
 * and proxies from falling asleep. An error is the last event, named "error".
 */
export async function* encodeEvents(
  messages: AsyncGenerator<Message, void, void>,
  { toEvent }: EventStream,
  renderError: (error: ConnectError) => string,
  registry: Registry | undefined,
): AsyncGenerator<Buffer, void, void> {
  try {
    for await (const message of messages) {
      const event = toEvent(message);
      yield Buffer.from(event === null ? ":\n\n" : encode(event, registry));
    }
  } catch (reason) {
    yield Buffer.from(`event: error\ndata: ${renderError(ConnectError.from(reason))}\n\n`);
  }
}

/** JSON has no line breaks of its own, so one line of data holds it. */
function encode(
  { id, event, data, schema }: ServerSentEvent,
  registry: Registry | undefined,
): string {
  const json = toJson(schema, data, {
    alwaysEmitImplicit: true,
    ...(registry === undefined ? {} : { registry }),
  });
  return [
    ...(id === undefined ? [] : [`id: ${id}`]),
    ...(event === undefined ? [] : [`event: ${event}`]),
    `data: ${JSON.stringify(json)}`,
    "",
    "",
  ].join("\n");
}
