import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const LIGHT_PHONE = fileURLToPath(
  new URL("../src/web/link/script/light-phone.ts", import.meta.url),
);

/**
 * Builds what browsers load for payout links: one script and one style, named by their contents, so
 * that they can be cached for ever.
 */
export async function buildPages(outdir: string): Promise<void> {
  await build({
    entryPoints: { link: "src/web/link/script/main.ts", style: "src/web/link/link.css" },
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
}
