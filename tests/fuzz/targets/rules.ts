import type { JsonObject } from "@bufbuild/protobuf";
import { RoutingService } from "../../../gen/payout/v1/routing_service_pb.js";
import { conditionText } from "../condition-text.ts";
import type { FuzzRandom } from "../fuzz-random.ts";
import { utf8 } from "../input.ts";
import { keyPlaceholder } from "../placeholders.ts";
import { plausible } from "../plausible.ts";
import { restCall, rpcInput } from "../requests.ts";
import { BINDINGS } from "../rpcs.ts";
import type { Target } from "./target.ts";

const { replaceRoutingRules, previewRouting } = RoutingService.method;
const PUT = BINDINGS.find(({ method }) => method === replaceRoutingRules);
const PREVIEW = BINDINGS.find(({ method }) => method === previewRouting);

/** The rules of the other merchant, so that payouts of the first go where they always go. */
const HEADERS = [
  ["authorization", `Bearer ${keyPlaceholder(1)}`],
  ["content-type", "application/json"],
] as const;

export const rules: Target = {
  name: "rules",
  about: "conditions of routing rules: stored by PUT, evaluated by preview",
  weight: 8,
  make(random) {
    if (PUT === undefined || PREVIEW === undefined) throw new Error("routing has no REST binding");
    const isPut = random.happens(0.75);
    const binding = isPut ? PUT : PREVIEW;
    const request = isPut ? replacement(random) : plausible(previewRouting.input, random);
    const call = random.happens(0.85)
      ? restCall(binding, binding.template, utf8(JSON.stringify(request)), random)
      : rpcInput(binding.method, "json", utf8(JSON.stringify(request)), random);
    const headers = call.headers.filter(
      ([name]) => name !== "authorization" && name !== "content-type",
    );
    const type = call.headers.find(([name]) => name === "content-type") ?? HEADERS[1];
    return { ...call, headers: [HEADERS[0], type, ...headers] };
  },
};

function replacement(random: FuzzRandom): JsonObject {
  const count = random.weighted<number>([12, () => 1], [2, () => 3], [1, () => 100], [1, () => 0]);
  return {
    rules: Array.from({ length: count }, (_, index) => ({
      name: `rule-${index}`,
      condition: conditionText(random),
      connectors: ["sandbox"],
    })),
  };
}
