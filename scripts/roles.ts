import { writeFile } from "node:fs/promises";
import { type DescMethod, type DescService, getOption, hasOption } from "@bufbuild/protobuf";
import { http } from "../gen/google/api/annotations_pb.js";
import { SCOPES, type Scope } from "../src/domain/access.ts";
import { scopeOf } from "../src/transport/interceptors/authorize.ts";
import { contractServices } from "./contract.ts";

const HEAD = `# Who may do what

Which scope of an API key opens which RPC, on every face alike. A key has any number of scopes and
may do what one of them opens; without it the call is refused with PERMISSION_DENIED, reason
SCOPE_MISSING, and \`metadata.required_scope\` names the scope. Without a key that works, every RPC
here is UNAUTHENTICATED.

Whatever its scopes, a key reaches what belongs to its own merchant and nothing else. The one
exception is the scope \`admin\` of an operator's merchant, which administers every merchant and its
keys, and alone may call CreateMerchant; other merchants' payouts and recipients it reaches only by
making a key of theirs.

This page is made from the contract (the option \`required_scope\`) by \`npm run generate\`, or alone by
\`node scripts/roles.ts\`. \`tests/e2e/doors/roles.test.ts\` calls every RPC with a key of every scope
and fails when what it meets is not what stands here.
`;

/** docs/roles.md, from whoever says what a key with one scope alone is allowed. */
export function renderRoles(
  services: readonly DescService[],
  allows: (method: DescMethod, scope: Scope) => boolean,
): string {
  const parts = services.map(({ name, methods }) =>
    [
      `## ${name}`,
      "",
      row("RPC", "REST", ...SCOPES),
      row("---", "---", ...SCOPES.map(() => ":-:")),
      ...methods.map((method) =>
        row(
          method.name,
          restOf(method),
          ...SCOPES.map((each) => (allows(method, each) ? "●" : "")),
        ),
      ),
      "",
    ].join("\n"),
  );
  return [HEAD, ...parts].join("\n");
}

function row(...cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** Streams are not served over REST. */
function restOf(method: DescMethod): string {
  if (method.methodKind !== "unary" || !hasOption(method, http)) return "";
  const rule = getOption(method, http);
  return [rule, ...rule.additionalBindings]
    .map(({ pattern }) => `\`${String(pattern.case).toUpperCase()} ${String(pattern.value)}\``)
    .join("<br>");
}

if (import.meta.main) {
  const services = await contractServices();
  const text = renderRoles(services, (method, scope) => scopeOf(method) === scope);
  await writeFile(new URL("../docs/roles.md", import.meta.url), text);
}
