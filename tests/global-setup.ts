import type { TestProject } from "vitest/node";
import { watchSuiteOutput } from "./canaries/suite-output.ts";
import { buildPrograms } from "./crash/programs.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Paths of the built programs. */
    readonly programs: { readonly service: string; readonly processor: string };
  }
}

/**
 * Once a run: what the tests of real processes start is built from the sources that are there, and what
 * all tests print is searched for secrets.
 */
export default async function setup(project: TestProject): Promise<() => void> {
  const endWatch = watchSuiteOutput();
  const { service, processor, remove } = await buildPrograms();
  project.provide("programs", { service, processor });
  return () => {
    remove();
    endWatch();
  };
}
