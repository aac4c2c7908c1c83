import { createConfig, lint, type NormalizedProblem } from "@redocly/openapi-core";

/** Lints gen/openapi.json with Redocly's strictest rules, and some more. Nothing is asked of another host. */
const config = await createConfig({
  extends: ["recommended-strict"],
  rules: {
    "no-invalid-media-type-examples": "error",
    "no-invalid-schema-examples": "error",
    "operation-description": "error",
    "operation-operationId": "error",
    "operation-tag-defined": "error",
    "parameter-description": "error",
    "tag-description": "error",
    "no-duplicated-tag-names": "error",
    // It does not look at methods: GET by-merchant-id/{merchantPayoutId} and POST {payoutId}/void are two.
    "no-ambiguous-paths": "off",
    // It does not see what stands beside a "not": that two properties exclude each other.
    "no-required-schema-properties-undefined": "off",
  },
});
const problems = await lint({ ref: "gen/openapi.json", config });
for (const problem of problems) process.stdout.write(`${told(problem)}\n`);
process.exit(problems.length === 0 ? 0 : 1);

function told({ ruleId, message, location }: NormalizedProblem): string {
  return `gen/openapi.json ${location[0]?.pointer ?? ""}: ${message} (${ruleId})`;
}
