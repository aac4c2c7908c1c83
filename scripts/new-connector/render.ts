import { moduleFiles } from "./module-files.ts";
import { testFiles } from "./test-files.ts";

/** A file to be, by its path from the repository's root. */
export interface NamedFile {
  readonly path: string;
  readonly text: string;
}

/** All that a new connector begins with. It compiles, and sends nothing. */
export function renderNewConnector(name: string): readonly NamedFile[] {
  return [...moduleFiles(name), ...testFiles(name)];
}
