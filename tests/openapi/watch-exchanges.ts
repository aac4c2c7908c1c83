import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe } from "node:diagnostics_channel";
import type { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { faultOfExchange } from "./check-exchange.ts";
import { addFault } from "./faults.ts";

type Tell = (fault: string) => void;
const watched = new AsyncLocalStorage<Tell>();
/** No request that is taken is longer. */
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Starts a service whose every REST exchange is held to gen/openapi.json, whoever makes it and however:
 * Fastify tells of each server that it makes. What the service refuses before Fastify sees it (overload,
 * HTTP that is none) is not looked at.
 *
 * @param tell is told what is not as it should be; by default the test that is running fails
 */
export function watchExchanges<T>(start: () => Promise<T>, tell: Tell = addFault): Promise<T> {
  return watched.run(tell, start);
}

subscribe("fastify.initialization", (message) => {
  const tell = watched.getStore();
  if (tell !== undefined) watch((message as { fastify: FastifyInstance }).fastify, tell);
});

const bodies = new WeakMap<FastifyRequest, Buffer[]>();

function watch(fastify: FastifyInstance, tell: Tell): void {
  const tellFault = (request: FastifyRequest, reply: FastifyReply, answerBody: Buffer | null) => {
    const fault = faultOf(request, reply, answerBody);
    if (fault !== null) tell(fault);
  };
  fastify.addHook("preParsing", (request, _reply, payload, done) => {
    const chunks: Buffer[] = [];
    bodies.set(request, chunks);
    overhear(payload as Readable, chunks);
    done(null, payload);
  });
  fastify.addHook("onSend", (request, reply, payload, done) => {
    if (isStream(payload)) {
      const chunks: Buffer[] = [];
      overhear(payload, chunks);
      payload.once("close", () => tellFault(request, reply, Buffer.concat(chunks)));
    } else {
      tellFault(request, reply, bytesOf(payload));
    }
    done(null, payload);
  });
}

/** What is wrong with an exchange; null when nothing is. */
function faultOf(
  request: FastifyRequest,
  reply: FastifyReply,
  answerBody: Buffer | null,
): string | null {
  try {
    return faultOfExchange({
      method: request.method,
      target: request.raw.url ?? "/",
      requestHeaders: request.headers,
      requestBody: Buffer.concat(bodies.get(request) ?? []),
      status: reply.statusCode,
      answerHeaders: reply.getHeaders(),
      answerBody,
    });
  } catch (error) {
    // Without its message, which may hold a part of what could not be read.
    return `${request.method} ${request.routeOptions.url}: ${(error as Error).name}`;
  }
}

/** Keeps what a stream gives to whoever reads it. Listening would set it going. */
function overhear(stream: Readable, into: Buffer[]): void {
  const emit = stream.emit;
  let length = 0;
  stream.emit = function overheard(this: Readable, name: string | symbol, ...given: unknown[]) {
    const [chunk] = given;
    if (name === "data" && Buffer.isBuffer(chunk) && length < MAX_BODY_BYTES) {
      length += chunk.byteLength;
      into.push(chunk);
    }
    return emit.apply(this, [name, ...given] as never);
  } as typeof stream.emit;
}

function isStream(payload: unknown): payload is Readable {
  return typeof (payload as { pipe?: unknown } | null)?.pipe === "function";
}

function bytesOf(payload: unknown): Buffer | null {
  if (Buffer.isBuffer(payload)) return payload;
  return typeof payload === "string" ? Buffer.from(payload) : null;
}
