import type { FuzzRandom } from "../fuzz-random.ts";
import type { CallInput } from "../input.ts";
import { keyPlaceholder, type TokenOperation, tokenPlaceholder } from "../placeholders.ts";
import { plausible } from "../plausible.ts";
import { filledPath, restCall, usualHeaders } from "../requests.ts";
import { BINDINGS, LISTS, rpcPath } from "../rpcs.ts";
import type { Target } from "./target.ts";

const LIST_BINDINGS = BINDINGS.filter(({ method }) => LISTS.includes(method));

export const tokens: Target = {
  name: "tokens",
  about: "page tokens: damaged ones, those of other lists, filters and merchants",
  weight: 8,
  make(random) {
    const token = madeToken(random);
    if (random.happens(0.3)) {
      const method = random.pick(LISTS);
      const request = { ...plausible(method.input, random), pageToken: token };
      return connectCall(rpcPath(method), JSON.stringify(request), random);
    }
    const binding = random.pick(LIST_BINDINGS);
    const { path, rest } = filledPath(binding, plausible(binding.method.input, random));
    // Without other filters a token of the same list is right; with them it is not.
    const filters = random.happens(0.5)
      ? Object.keys(rest).filter((name) => name !== "pageToken")
      : [];
    const query = filters.map((name) => `${name}=${encodeURIComponent(String(rest[name]))}`);
    const call = restCall(
      binding,
      `${path}?${[...query, `pageToken=${token}`].join("&")}`,
      "",
      random,
    );
    return random.happens(0.1) ? otherMerchant(call) : call;
  },
};

/** Without an envelope, which would say how long the token is. */
function connectCall(path: string, body: string, random: FuzzRandom): CallInput {
  const headers = [...usualHeaders(random), ["content-type", "application/json"] as const];
  const http = random.pick([1, 2] as const);
  return { kind: "call", http, face: "connect", method: "POST", path, headers, body };
}

function otherMerchant(call: CallInput): CallInput {
  return { ...call, headers: [["authorization", `Bearer ${keyPlaceholder(1)}`]] };
}

const OPERATIONS: readonly TokenOperation[] = [
  "asis",
  "flip",
  "flip",
  "flip",
  "cut",
  "add",
  "pad",
  "std",
  "twice",
  "json",
];

function madeToken(random: FuzzRandom): string {
  return random.weighted<string>(
    [
      9,
      () => tokenPlaceholder(random.pick(LISTS).name, random.pick(OPERATIONS), random.below(4096)),
    ],
    [1, () => Buffer.from(random.bytes(random.below(120))).toString("base64url")],
    [
      1,
      () => random.pick(["AAAA", "null", "%00", "e30", "x".repeat(512), "x".repeat(513), "-_-_"]),
    ],
  );
}
