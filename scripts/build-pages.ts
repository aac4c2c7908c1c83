import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const LIGHT_PHONE = fileURLToPath(
  new URL("../src/web/link/script/light-phone.ts", import.meta.url),
);

/**
 * Builds what browsers load: one script and one style for payout links, and the same for the API
 * reference, named by their contents, so that they can be cached for ever.
 */
export async function buildPages(outdir: string): Promise<void> {
  await build({
    entryPoints: [
      { in: "src/web/link/script/main.ts", out: "link" },
      { in: "src/web/link/link.css", out: "style" },
      { in: "src/web/docs/script/main.ts", out: "docs" },
      { in: "src/web/docs/docs.css", out: "docs" },
    ],
    outdir,
    entryNames: "[name]-[hash]",
    bundle: true,
    minify: true,
    platform: "browser",
    format: "iife",
    target: ["chrome109", "firefox115", "safari16"],
    legalComments: "none",
    plugins: [
      {
        name: "light-phone",
        setup({ onResolve }) {
          // The table of the world's numbering plans is larger than all of the page: see light-phone.ts.
          onResolve({ filter: /\/phone\.ts$/ }, () => ({ path: LIGHT_PHONE }));
        },
      },
    ],
    logLevel: "warning",
  });
  // What the viewer's licences ask to go along with it.
  const texts = await Promise.all(
    ["LICENSE", "NOTICE", "swagger-ui-es-bundle.js.LICENSE.txt"].map((name) =>
      readFile(`node_modules/swagger-ui-dist/${name}`, "utf8"),
    ),
  );
  await writeFile(`${outdir}/docs-licences.txt`, texts.join("\n---\n\n"));
}
