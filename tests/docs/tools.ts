import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Whether a program is on the PATH. */
export function isInstalled(program: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** What pages use that npm does not bring, and a machine may do without. */
const PROGRAMS = ["python3", "go", "java", "ruby", "jq", "sqlite3", "openssl"];
/** At the beginning of a command: of a line, or behind a pipe, a bracket and the like. */
const COMMAND = new RegExp(String.raw`(?:^|[|;&(])[ \t]*(${PROGRAMS.join("|")})(?=\s)`, "gm");

/** The programs among those that a script calls. */
export function programsOf(script: string): readonly string[] {
  return [...new Set([...script.matchAll(COMMAND)].map(([, program = ""]) => program))];
}
