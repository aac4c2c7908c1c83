import { expect, it } from "vitest";
import { onItau, pay, TOKEN } from "./on-itau.ts";

it("one token serves until a minute before its five are over", () =>
  onItau(async (stage, fake) => {
    await pay(stage);
    stage.clock.advance(240_000 - 1);
    await pay(stage);
    expect(fake.tokens.given).toHaveLength(1);
    stage.clock.advance(1);
    expect((await pay(stage)).outcome.kind).toBe("accepted");
    expect(fake.tokens.given).toHaveLength(2);
  }));

it("one that is not taken any more is left, and the next call asks for another", () =>
  onItau(async (stage, fake) => {
    await pay(stage);
    fake.tokens.revokeAll();
    expect((await pay(stage)).outcome).toMatchObject({
      kind: "not_sent",
      error: { category: "CONFIGURATION", connectorCode: "NAO_AUTORIZADO" },
      later: {},
    });
    expect((await pay(stage)).outcome.kind).toBe("accepted");
    expect(fake.tokens.given).toHaveLength(2);
    expect(fake.transfers).toHaveLength(2);
  }));

it("one is asked for at a time, and whoever comes meanwhile waits for it", () =>
  onItau(async (stage, fake) => {
    const gate = stage.http.gates.next({ method: "POST", path: TOKEN });
    const calls = Array.from({ length: 10 }, () => pay(stage));
    await gate.arrived;
    gate.open();
    const kinds = (await Promise.all(calls)).map(({ outcome }) => outcome.kind);
    expect(new Set(kinds)).toEqual(new Set(["accepted"]));
    expect(fake.tokens.given).toHaveLength(1);
  }));
