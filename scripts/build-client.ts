import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/**
 * Builds client/dist, or the folder that is named: what is published as payout-service-client: JavaScript and declarations, file by file,
 * so that a browser's bundler leaves out what is not used; and a copy of the generated code.
 */
const ROOT = join(import.meta.dirname, "..");
const outdir = process.argv[2] ?? join(ROOT, "client", "dist");

const built = mkdtempSync(join(tmpdir(), "client-build-"));
try {
  const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
  const project = join(ROOT, "client", "tsconfig.json");
  const args = [tsc, "-p", project, "--outDir", built];
  if (spawnSync(process.execPath, args, { stdio: "inherit" }).status !== 0) process.exit(1);
  const files = join(built, "client", "src");
  // In the package the generated code lies beside what is compiled here.
  for (const name of readdirSync(files)) {
    const path = join(files, name);
    const text = readFileSync(path, "utf8").replaceAll('"../../gen/', '"./gen/');
    // tsc names the sources in declarations, which are not there.
    writeFileSync(path, text.replaceAll(/"(\.\/[\w-]+)\.ts"/g, '"$1.js"'));
  }
  for (const name of neededOf(join(ROOT, "gen"), "payout/v1", "google/rpc")) {
    cpSync(join(ROOT, "gen", name), join(files, "gen", name));
  }
  rmSync(outdir, { recursive: true, force: true });
  cpSync(files, outdir, { recursive: true });
} finally {
  rmSync(built, { recursive: true });
}

/** The generated files of these folders, and what they import, from the folder of all. */
function neededOf(gen: string, ...folders: readonly string[]): ReadonlySet<string> {
  const needed = new Set<string>();
  const add = (name: string) => {
    if (needed.has(name)) return;
    needed.add(name);
    for (const [, path = ""] of readFileSync(join(gen, name), "utf8").matchAll(
      / from "(\.[^"]+)";/g,
    )) {
      const imported = join(dirname(name), path);
      add(imported);
      add(imported.replace(/\.js$/, ".d.ts"));
    }
  };
  for (const folder of folders) {
    for (const name of readdirSync(join(gen, folder))) add(join(folder, name));
  }
  return needed;
}
