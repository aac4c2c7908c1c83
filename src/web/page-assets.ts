import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import type { FastifyInstance } from "fastify";
import { isHexColor, readableAccent } from "../domain/accent.ts";

/** Scripts and styles of pages, named by their contents. Addresses are relative to a page one level down. */
export interface PageAssets {
  readonly script: string | null;
  readonly style: string | null;
  /** The style that has a merchant's accent (#rrggbb). */
  accentStyle(accent: string): string;
  /** GET /assets/*. */
  routes(app: FastifyInstance): void;
}

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
};

/** A name says what is in the file, so it never changes. */
const HEADERS = {
  "cache-control": "public, max-age=31536000, immutable",
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin",
};

/** Reads what the build has put into a folder; nothing there leaves pages that are plain, and work. */
export function readPageAssets(folder: string): PageAssets {
  const files = new Map(
    namesIn(folder)
      .filter((name) => TYPES[extname(name)] !== undefined)
      .map((name) => [name, new Asset(readFileSync(join(folder, name)))]),
  );
  const pathOf = (suffix: string) => {
    const name = [...files.keys()].find((each) => each.endsWith(suffix));
    return name === undefined ? null : `../assets/${name}`;
  };
  return {
    script: pathOf(".js"),
    style: pathOf(".css"),
    accentStyle: (accent) => `../assets/accent/${accent.slice(1)}.css`,
    routes(app) {
      app.get<{ Params: { name: string } }>("/assets/:name", async (request, reply) => {
        const { name } = request.params;
        const asset = files.get(name);
        if (asset === undefined) return reply.callNotFound();
        const { encoding, bytes } = await asset.encoded(request.headers["accept-encoding"] ?? "");
        reply.headers({ ...HEADERS, vary: "accept-encoding" });
        if (encoding !== null) reply.header("content-encoding", encoding);
        return reply.type(TYPES[extname(name)] ?? "").send(bytes);
      });
      app.get<{ Params: { name: string } }>("/assets/accent/:name", (request, reply) => {
        const [, digits = ""] = /^([0-9a-f]{6})\.css$/.exec(request.params.name) ?? [];
        const accent = `#${digits}`;
        if (!isHexColor(accent)) return reply.callNotFound();
        return reply
          .headers(HEADERS)
          .type(TYPES[".css"] ?? "")
          .send(accentCss(accent));
      });
    },
  };
}

function accentCss(accent: string): string {
  const rule = (scheme: "light" | "dark") => `:root{--accent:${readableAccent(accent, scheme)}}`;
  return `${rule("light")}@media(prefers-color-scheme:dark){${rule("dark")}}\n`;
}

/** A file in memory, compressed once for each encoding that somebody asks for. */
class Asset {
  readonly #bytes: Buffer;
  readonly #encoded = new Map<string, Promise<Buffer>>();

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  async encoded(accepted: string): Promise<{ encoding: string | null; bytes: Buffer }> {
    const encoding = ["br", "gzip"].find((each) =>
      new RegExp(`\\b${each}\\b(?!;q=0(?:\\.0*)?(?:,|$))`).test(accepted),
    );
    if (encoding === undefined) return { encoding: null, bytes: this.#bytes };
    const known =
      this.#encoded.get(encoding) ??
      (encoding === "br" ? promisify(brotliCompress) : promisify(gzip))(this.#bytes);
    this.#encoded.set(encoding, known);
    return { encoding, bytes: await known };
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
