import type { DescMessage } from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";
import { normalizeError } from "./errors/normalize-error.ts";
import { checkJsonMessage } from "./rest/index.ts";

/**
 * Reads the JSON of an RPC as strictly as REST does. Connect parses requests before any interceptor
 * runs, and the parser's errors repeat the caller's values ("expected string, got 123456789"); so the
 * text is checked before the parser sees it, and refused in our own words.
 *
 * It goes in as the `textDecoder` of Connect's JSON options, the one seam before the parser. That
 * option is not typed; a test holds Connect to it.
 */
export function strictJsonOptions(input: DescMessage, maxDepth: number) {
  return {
    textDecoder: {
      decode: (bytes: Uint8Array): string => {
        try {
          return checkJsonMessage(input, bytes, maxDepth);
        } catch (error) {
          throw error instanceof ConnectError ? normalizeError(error) : error;
        }
      },
    },
  };
}
