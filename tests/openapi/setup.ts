import { afterAll, afterEach } from "vitest";
import { takeFaults } from "./faults.ts";

/** Fails the test whose REST exchanges are not as gen/openapi.json says. */
function fail(): void {
  const faults = takeFaults();
  if (faults.length > 0) {
    throw new Error(
      `not as gen/openapi.json says:\n${faults.map((each) => `- ${each}`).join("\n")}`,
    );
  }
}

afterEach(fail);
afterAll(fail);
