import { damagedJson } from "../json-text.ts";
import { plausible } from "../plausible.ts";
import { filledPath, restCall, restInput, rpcInput } from "../requests.ts";
import { BINDINGS, RPCS } from "../rpcs.ts";
import type { Target } from "./target.ts";

const WITH_BODY = BINDINGS.filter(({ hasBody }) => hasBody);

export const json: Target = {
  name: "json",
  about: "JSON bodies of REST, Connect, gRPC and gRPC-Web: values, keys, nesting, encodings",
  weight: 20,
  make(random) {
    if (random.happens(0.6)) {
      const binding = random.pick(WITH_BODY);
      const request = plausible(binding.method.input, random);
      if (random.happens(0.06)) return restInput(binding, request, random);
      const { path, rest } = filledPath(binding, request);
      return restCall(binding, path, damagedJson(rest, random), random);
    }
    const method = random.pick(RPCS);
    return rpcInput(method, "json", damagedJson(plausible(method.input, random), random), random);
  },
};
