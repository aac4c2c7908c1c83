import { KeyedHash } from "../../src/security/keyed-hash.ts";
import { LinkTries } from "../../src/service/link-tries.ts";
import { Router } from "../../src/service/routing/router.ts";
import type { ServiceContext } from "../../src/service/service-context.ts";
import { Signals } from "../../src/service/signals.ts";
import type { Bench } from "../engine/bench.ts";

/** What use cases are given beside a process of the engine's bench. */
export function serviceContextOf({
  context: engine,
  executor,
}: ReturnType<Bench["process"]>): ServiceContext {
  return {
    ...engine,
    executor,
    router: new Router(engine),
    linkTries: new LinkTries(engine.clock),
    readUrl: async () => null,
    signals: new Signals(engine.clock, 100),
    hash: new KeyedHash(new Uint8Array(32)),
    pollMs: 1000,
    publicUrl: "http://test",
  };
}
