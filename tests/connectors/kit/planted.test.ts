import { describe, expect, it } from "vitest";
import type { Kit } from "./check.ts";
import { CHECKS } from "./checks/index.ts";
import { createToyConnector } from "./toy/connector.ts";
import { MISTAKES, type Mistake } from "./toy/mistakes.ts";
import { toySubject } from "./toy/subject.ts";
import {
  createUnaskedConnector,
  UNASKED_MISTAKES,
  type UnaskedMistake,
} from "./toy/unasked-connector.ts";
import { unaskedSubject } from "./toy/unasked-subject.ts";

const TIMEOUT_MS = 120_000;

function toyKit(mistake?: Mistake): Kit {
  return {
    name: "toy",
    create: (tools) => createToyConnector(tools, mistake),
    subject: toySubject,
  };
}

function unaskedKit(mistake?: UnaskedMistake): Kit {
  return {
    name: "unasked",
    create: (tools) => createUnaskedConnector(tools, mistake),
    subject: unaskedSubject,
  };
}

describe.each([toyKit(), unaskedKit()])("a connector without a mistake: $name", (kit) => {
  for (const check of CHECKS) {
    for (const each of check.cases(kit)) {
      it(`${check.name}: ${each.name}`, () => each.run(), TIMEOUT_MS);
    }
  }
});

describe("a mistake", () => {
  it.each(Object.entries(MISTAKES) as [Mistake, string][])(
    "%s: is caught by %s",
    (mistake, name) => isCaught(toyKit(mistake), name),
    TIMEOUT_MS,
  );

  it.each(Object.entries(UNASKED_MISTAKES) as [UnaskedMistake, string][])(
    "where nothing can be asked, %s: is caught by %s",
    (mistake, name) => isCaught(unaskedKit(mistake), name),
    TIMEOUT_MS,
  );
});

async function isCaught(kit: Kit, name: string): Promise<void> {
  const check = CHECKS.find((each) => each.name === name);
  const found: unknown[] = [];
  for (const each of check?.cases(kit) ?? []) {
    await each.run().catch((error: unknown) => found.push(error));
    if (found.length > 0) break;
  }
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ name: "Problem" });
}

it("every check that can be broken by a connector alone has a mistake that it catches", () => {
  const caught = new Set<string>(Object.values(MISTAKES));
  const rest = CHECKS.map(({ name }) => name).filter((name) => !caught.has(name));
  // The life of a payout is broken by all of them; a document there is none of the toy.
  expect(rest).toEqual(["published documents", "a payout that nothing disturbs is paid once"]);
});
