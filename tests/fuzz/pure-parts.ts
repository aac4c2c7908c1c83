import { ConnectError } from "@connectrpc/connect";
import { ServiceError } from "../../src/domain/errors.ts";
import { checkId, parseId } from "../../src/domain/id.ts";
import { Cipher, CipherError } from "../../src/security/cipher.ts";
import { KeyedHash } from "../../src/security/keyed-hash.ts";
import { openPosition, sealPosition } from "../../src/service/paging.ts";
import { compileCondition } from "../../src/service/routing/condition.ts";
import { checkJsonMessage } from "../../src/transport/rest/index.ts";
import { percentDecode, percentDecodeKeepingSlashes } from "../../src/transport/rest/percent.ts";
import { bytesOf, type PureInput } from "./input.ts";
import { RPCS } from "./rpcs.ts";

const KEY = Buffer.alloc(32, 7);
const hash = new KeyedHash(KEY);
// The same bytes each time: what is damaged must be the same in every run.
const cipher = new Cipher([{ id: "fuzz", key: KEY }], (size) => Buffer.alloc(size, 9));
const BINDING = { table: "payouts", row: "1", column: "secret", merchantId: "mer" };
const PLAIN = '{"iban":"x"}';
const FILTER = ["payouts", {}];
const INPUTS = new Map(RPCS.map(({ input }) => [input.typeName, input]));

const TOKEN = sealPosition(hash, '[1,"po"]', FILTER);
const SEALED = cipher.seal(PLAIN, BINDING);

export function sealedToken(): string {
  return TOKEN;
}

export function sealedSample(): Uint8Array {
  return SEALED;
}

const FACTS = {
  amount: { minorAmount: 2000n, currency: "EUR" },
  destinationCurrency: "EUR",
  method: null,
  country: null,
  priority: null,
  metadata: { tier: "gold", "a b": "x" },
};

const PARTS: Readonly<Record<string, (data: readonly string[]) => void>> = {
  json: ([type = "", text = ""]) => {
    const input = INPUTS.get(type);
    // Of a contract that has changed since the input was kept.
    if (input !== undefined) checkJsonMessage(input, bytesOf(text), 100);
  },
  condition: ([text = ""]) => {
    const compiled = compileCondition(bytesOf(text).toString());
    if ("condition" in compiled) compiled.condition(FACTS);
    else if (!/^must /.test(compiled.message)) throw new Error("a message that is no remedy");
  },
  token: ([token = ""]) => {
    const position = openPosition(hash, token, FILTER);
    if (position !== '[1,"po"]') throw new Error("a damaged token was taken");
  },
  cipher: ([sealed = ""]) => {
    if (cipher.open(bytesOf(sealed), BINDING) !== PLAIN) throw new Error("opened to another text");
  },
  id: ([text = ""]) => {
    const id = bytesOf(text).toString();
    if (checkId("payout", id).ok !== (parseId(id)?.kind === "payout")) throw new Error("disagree");
  },
  percent: ([text = ""]) => {
    percentDecode(text);
    percentDecodeKeepingSlashes(text);
  },
};

/** What is wrong about a pure part and its input, if anything. It may refuse, but only in our words. */
export function pureFault({ part, data }: PureInput): string | undefined {
  const began = performance.now();
  try {
    PARTS[part]?.(data);
  } catch (error) {
    const isRefusal =
      error instanceof ServiceError ||
      error instanceof ConnectError ||
      error instanceof CipherError;
    if (!isRefusal) return `${part} threw ${String(error)}`;
  }
  const ms = performance.now() - began;
  return ms > SLOW_MS ? `${part} took ${ms.toFixed(0)} ms` : undefined;
}

/** Much longer than any of it takes, on a machine that is busy with something else. */
const SLOW_MS = 2000;
