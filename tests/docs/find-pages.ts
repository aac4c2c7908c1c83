import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's folder, with a slash at its end. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Decisions are records of a day: what they show is not promised of later versions. */
const NOT_PAGES = ["docs/decisions/"];

/** Every page whose examples are run, as paths in the repository. */
export function findPages(): readonly string[] {
  const docs = readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .map((path) => `docs/${path}`)
    .filter((path) => path.endsWith(".md"))
    .filter((path) => !NOT_PAGES.some((folder) => path.startsWith(folder)));
  return ["README.md", "client/README.md", ...docs.sort()].filter((path) =>
    existsSync(join(ROOT, path)),
  );
}
