import { conditionText } from "../condition-text.ts";
import type { PureInput } from "../input.ts";
import { latin1Of, utf8 } from "../input.ts";
import { damagedJson } from "../json-text.ts";
import { NASTY_TEXTS } from "../nasty.ts";
import { plausible } from "../plausible.ts";
import { sealedSample, sealedToken } from "../pure-parts.ts";
import { RPCS } from "../rpcs.ts";
import { damagedBytes } from "../wire.ts";
import type { Target } from "./target.ts";

export const pure: Target = {
  name: "pure",
  about:
    "in this process: JSON reading, conditions, page tokens, ciphertexts, ids, percent-encoding",
  weight: 12,
  make(random) {
    const odd = () => random.pick(NASTY_TEXTS);
    return random.weighted<PureInput>(
      [
        6,
        () => {
          const method = random.pick(RPCS);
          const text = damagedJson(plausible(method.input, random), random);
          return { kind: "pure", part: "json", data: [method.input.typeName, text] };
        },
      ],
      [3, () => ({ kind: "pure", part: "condition", data: [utf8(conditionText(random))] })],
      [
        2,
        () => {
          const token = random.happens(0.7)
            ? damagedBytes(Buffer.from(sealedToken(), "base64url"), random).toString("base64url")
            : utf8(odd());
          return { kind: "pure", part: "token", data: [token] };
        },
      ],
      [
        2,
        () => {
          const bytes = random.happens(0.9)
            ? damagedBytes(sealedSample(), random)
            : random.bytes(random.below(60));
          return { kind: "pure", part: "cipher", data: [latin1Of(bytes)] };
        },
      ],
      [
        2,
        () => {
          const text = random.happens(0.5) ? odd() : `po_${odd()}`;
          return { kind: "pure", part: "id", data: [utf8(text)] };
        },
      ],
      [
        2,
        () => {
          const bytes = damagedBytes(
            Buffer.from(encodeURIComponent(`${odd().toWellFormed()}/é`)),
            random,
          );
          return { kind: "pure", part: "percent", data: [latin1Of(bytes)] };
        },
      ],
    );
  },
};
