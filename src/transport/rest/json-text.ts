import { isUtf8 } from "node:buffer";
import type { JsonValue } from "@bufbuild/protobuf";
import { invalidField, unsupportedMediaType } from "./errors.ts";
import { reasons } from "./reasons.ts";

/**
 * Refuses every body but application/json in UTF-8 that is not compressed, with a
 * TranscodingError of 415. `contentType` and `contentEncoding` are the header values, or null.
 */
export function requireJson(contentType: string | null, contentEncoding: string | null): void {
  const plain = contentEncoding === null || contentEncoding.toLowerCase() === "identity";
  if (contentType === "application/json" && plain) {
    return;
  }
  const [mediaType = "", ...parameters] = (contentType ?? "").toLowerCase().split(";");
  const isJson =
    mediaType.trim() === "application/json" &&
    parameters.every((parameter) => /^\s*(charset\s*=\s*"?utf-?8"?\s*)?$/.test(parameter));
  if (!isJson || !plain) {
    throw unsupportedMediaType();
  }
}

/**
 * Parses the bytes of a JSON body. Throws a TranscodingError (400) when they are not UTF-8, not
 * JSON, or nested deeper than `maxDepth` arrays and objects. A duplicate key counts as JSON.parse
 * counts it: the last one wins.
 */
export function parseJson(bytes: Uint8Array, maxDepth: number): JsonValue {
  if (!isUtf8(bytes)) {
    throw invalidField("", reasons.utf8);
  }
  if (isDeeperThan(bytes, maxDepth)) {
    throw invalidField("", reasons.jsonDepth);
  }
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
  } catch {
    // The parser's message quotes the body.
    throw invalidField("", reasons.json);
  }
}

const quote = 0x22;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** Counts brackets outside of strings: nothing recursive has seen the text yet. */
function isDeeperThan(bytes: Uint8Array, maxDepth: number): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (inString) {
      if (byte === backslash) {
        i++;
      } else if (byte === quote) {
        inString = false;
      }
    } else if (byte === quote) {
      inString = true;
    } else if (byte === openBrace || byte === openBracket) {
      depth++;
      if (depth > maxDepth) {
        return true;
      }
    } else if (byte === closeBrace || byte === closeBracket) {
      depth--;
    }
  }
  return false;
}
