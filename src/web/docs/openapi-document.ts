import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { EncodedFile } from "../encoded-file.ts";
import { readOnly } from "../read-only.ts";

const HEADERS = {
  "content-type": "application/json",
  // Kept, and asked for anew each time: the answer is 304 until the service is another.
  "cache-control": "no-cache",
  vary: "accept-encoding",
  "x-content-type-options": "nosniff",
};

/**
 * GET /openapi.json: the API's description as it was generated from the contract. Nobody needs a key.
 *
 * @param packageRoot the package's folder, with `gen/` in it
 * @param publicUrl where callers reach the service; null for wherever they have read this
 */
export function openApiRoutes(
  packageRoot: string,
  publicUrl: string | null,
): (app: FastifyInstance) => void {
  const generated: object = JSON.parse(
    readFileSync(join(packageRoot, "gen", "openapi.json"), "utf8"),
  );
  const servers = publicUrl === null ? {} : { servers: [{ url: publicUrl }] };
  const bytes = Buffer.from(JSON.stringify({ ...generated, ...servers }));
  const file = new EncodedFile(bytes);
  // Weak: the same document has other bytes when it is compressed.
  const etag = `W/"${createHash("sha256").update(bytes).digest("base64url").slice(0, 27)}"`;
  return (app) => {
    readOnly(app, "/openapi.json", async (request, reply) => {
      reply.headers({ ...HEADERS, etag });
      if (isKnown(request.headers["if-none-match"], etag)) {
        return reply.code(304).removeHeader("content-type").send();
      }
      const sent = await file.encoded(request.headers["accept-encoding"] ?? "");
      if (sent.encoding !== null) reply.header("content-encoding", sent.encoding);
      return reply.send(sent.bytes);
    });
  };
}

/** Whether a caller has it already: a list of etags, compared weakly (RFC 9110, 13.1.2). */
function isKnown(given: string | undefined, etag: string): boolean {
  const opaque = (each: string) => each.trim().replace(/^W\//, "");
  return (given ?? "")
    .split(",")
    .some((each) => each.trim() === "*" || opaque(each) === opaque(etag));
}
