import type { IncomingMessage } from "node:http";
import type { CapturedRequest } from "./captured-request.ts";
import { isForm, mediaType, parseBody } from "./wire-body.ts";

/** Far above what any processor is sent; a fake must not fill the memory either. */
const maxBodyBytes = 4 * 1024 * 1024;

/**
 * The whole body, or undefined where the client went away before its end. Throws where the body is
 * larger than any processor would take.
 */
export async function readBody(message: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of message) {
      size += (chunk as Buffer).length;
      if (size > maxBodyBytes) break;
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    if (message.complete) throw error;
    return undefined;
  }
  if (size > maxBodyBytes) throw new Error("request body too large for a fake");
  return Buffer.concat(chunks);
}

/** JSON, or a form as nested objects of text; undefined where it is neither, or cannot be read. */
export function parseRequestBody({ headers, raw }: CapturedRequest): unknown {
  const type = mediaType(headers["content-type"]);
  const known = isForm(type) || /^application\/([\w.-]+\+)?json$/.test(type);
  return raw.length > 0 && known ? parseBody(type, raw)?.value : undefined;
}
