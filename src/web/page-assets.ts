import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import type { FastifyInstance } from "fastify";
import { isHexColor, readableAccent } from "../domain/accent.ts";
import { EncodedFile } from "./encoded-file.ts";

/** Scripts and styles of pages, named by their contents; null where they are not built. */
export interface PageAssets {
  /** Of payout links. Addresses are relative to a page one level down. */
  readonly script: string | null;
  readonly style: string | null;
  /** Of the API reference, relative to /docs. */
  readonly docsScript: string | null;
  readonly docsStyle: string | null;
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
      .map((name) => [name, new EncodedFile(readFileSync(join(folder, name)))]),
  );
  const pathOf = (prefix: string, suffix: string, base: string) => {
    const name = [...files.keys()].find((each) => each.startsWith(prefix) && each.endsWith(suffix));
    return name === undefined ? null : `${base}assets/${name}`;
  };
  return {
    script: pathOf("link-", ".js", "../"),
    style: pathOf("style-", ".css", "../"),
    docsScript: pathOf("docs-", ".js", ""),
    docsStyle: pathOf("docs-", ".css", ""),
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

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
