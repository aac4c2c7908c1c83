import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What the generator reads beside the contract: files of the repository, by their paths in it. */
export interface Sources {
  /** Null where there is no such file. */
  read(path: string): string | null;
  /** Every file below a folder. */
  list(folder: string): readonly string[];
}

const ROOT = join(import.meta.dirname, "..", "..");

/** The repository's own files. */
export const REPOSITORY: Sources = {
  read: (path) => {
    const file = join(ROOT, path);
    return existsSync(file) ? readFileSync(file, "utf8") : null;
  },
  list: (folder) =>
    existsSync(join(ROOT, folder))
      ? readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
          .map((path) => `${folder}/${path.replaceAll("\\", "/")}`)
          .sort()
      : [],
};
