import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ROOT } from "./find-pages.ts";

/** What a page finds of the repository beside itself. */
const LINKED = ["proto", "third_party", "gen"];

export interface WorkingFolder {
  /** Where the page's files are, its commands run, and the service has its data folder. */
  readonly files: string;
  /** For the shell's scripts and outputs. */
  readonly notes: string;
  /** PATH of its shell. */
  readonly path: string;
  remove(): void;
}

/** @param program the built service, in the dist/ that the page shall see */
export function makeWorkingFolder(program: string): WorkingFolder {
  const folder = mkdtempSync(join(tmpdir(), "payout-docs-"));
  const [files, notes, bin] = ["files", "notes", "bin"].map((name) => {
    mkdirSync(join(folder, name));
    return join(folder, name);
  }) as [string, string, string];
  for (const name of LINKED) symlinkSync(join(ROOT, name), join(files, name));
  symlinkSync(dirname(program), join(files, "dist"));
  linkPackages(join(files, "node_modules"));
  const { name, version, scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const manifest = { name, version, type: "module", scripts: { payout: scripts.payout } };
  writeFileSync(join(files, "package.json"), JSON.stringify(manifest));
  const packages = join(ROOT, "node_modules/.bin");
  // npx needs a second to find what lies in node_modules/.bin. This finds the same at once.
  writeScript(join(bin, "npx"), [
    `if [ -x "${packages}/$1" ]; then program=$1; shift; exec "${packages}/$program" "$@"; fi`,
    `if [ "$1" = payout ]; then shift; exec node "${join(dirname(program), "cli.js")}" "$@"; fi`,
    `PATH=\${PATH#"${bin}:"}; exec npx "$@"`,
  ]);
  return {
    files,
    notes,
    path: `${bin}:${packages}:${process.env["PATH"] ?? ""}`,
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** A link for each package, so that a page which installs something does not touch the repository's. */
function linkPackages(folder: string): void {
  const packages = join(ROOT, "node_modules");
  mkdirSync(folder);
  for (const name of readdirSync(packages)) {
    if (!name.startsWith("@")) {
      symlinkSync(join(packages, name), join(folder, name));
      continue;
    }
    mkdirSync(join(folder, name));
    for (const inner of readdirSync(join(packages, name))) {
      symlinkSync(join(packages, name, inner), join(folder, name, inner));
    }
  }
}

function writeScript(path: string, lines: readonly string[]): void {
  writeFileSync(path, `#!/bin/bash\n${lines.join("\n")}\n`);
  chmodSync(path, 0o755);
}
