import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Input } from "./input.ts";

/** An input that is worth keeping: it once broke the law, or is of a kind that often breaks somebody's. */
export interface Kept {
  /** What it is, or what it did. */
  readonly about: string;
  readonly input: Input;
}

const FOLDER = fileURLToPath(new URL("./corpus", import.meta.url));

/** All inputs that are kept, by target. */
export function corpus(): ReadonlyMap<string, readonly Kept[]> {
  return new Map(
    readdirSync(FOLDER)
      .filter((name) => name.endsWith(".json"))
      .sort()
      .map((name) => {
        const kept = JSON.parse(readFileSync(`${FOLDER}/${name}`, "utf8")) as readonly Kept[];
        return [name.replace(".json", ""), kept] as const;
      }),
  );
}
