import { type DescMethod, getOption, type JsonObject } from "@bufbuild/protobuf";
import { http } from "../../../gen/google/api/annotations_pb.js";
import { type Refusal, refusalOf } from "../faces/answer.ts";
import type { CallOptions, Face } from "../faces/face.ts";

/** The faces by which a method can be called: REST has no streams. */
export function takers(faces: readonly Face[], method: DescMethod): readonly Face[] {
  return faces.filter((face) => method.methodKind === "unary" || face.stream !== undefined);
}

/**
 * Calls a method, a stream for its first message only: what it was refused for, or null for an
 * answer.
 */
export async function ask(
  face: Face,
  method: DescMethod,
  request: JsonObject,
  options: CallOptions,
): Promise<Refusal | null> {
  if (method.methodKind === "unary") {
    const answer = await face.call(method, request, options);
    return answer.ok ? null : answer;
  }
  const gone = new AbortController();
  const stream = face.stream?.(method, request, { ...options, signal: gone.signal });
  if (stream === undefined) throw new Error(`${face.name} has no streams`);
  try {
    for await (const _message of stream) break;
    return null;
  } catch (error) {
    const refusal = refusalOf(error);
    // As the faces do for calls: the test itself keeps the service busy.
    return refusal.told.reason === "OVERLOADED" ? ask(face, method, request, options) : refusal;
  } finally {
    gone.abort();
  }
}

/** A request with nothing in it but what its path on REST needs. */
export function emptyRequest(method: DescMethod): JsonObject {
  const { pattern } = getOption(method, http);
  const variables = [...String(pattern.value).matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  return Object.fromEntries(
    method.input.fields
      .filter(({ name }) => variables.includes(name))
      .map(({ jsonName }) => [jsonName, "x"]),
  );
}
