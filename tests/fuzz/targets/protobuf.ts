import { type DescMethod, fromJson, toBinary } from "@bufbuild/protobuf";
import type { FuzzRandom } from "../fuzz-random.ts";
import { latin1Of } from "../input.ts";
import { plausible } from "../plausible.ts";
import { rpcInput } from "../requests.ts";
import { RPCS } from "../rpcs.ts";
import { damagedBytes, damagedMessage } from "../wire.ts";
import type { Target } from "./target.ts";

export const protobuf: Target = {
  name: "protobuf",
  about: "binary messages with damaged fields, over gRPC, gRPC-Web and Connect",
  weight: 18,
  make(random) {
    const method = random.pick(RPCS);
    const right = rightMessage(method, random);
    const bytes = random.weighted<Uint8Array>(
      [1, () => right],
      [14, () => damagedMessage(method.input, right, random)],
      [2, () => damagedBytes(right, random)],
      [1, () => random.bytes(random.below(60))],
    );
    return rpcInput(method, "proto", latin1Of(bytes), random);
  },
};

/** The bytes of a request that looks right. */
export function rightMessage(method: DescMethod, random: FuzzRandom): Uint8Array {
  return toBinary(method.input, fromJson(method.input, plausible(method.input, random)));
}
