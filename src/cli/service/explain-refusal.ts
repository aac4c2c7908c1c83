import type { ConnectError } from "@connectrpc/connect";
import { BadRequestSchema, ErrorInfoSchema } from "../../../gen/google/rpc/error_details_pb.js";

/** A refusal of the service in lines: its reason, and the fields that it names. */
export function explainRefusal(error: ConnectError): readonly string[] {
  const [info] = error.findDetails(ErrorInfoSchema);
  const violations = error
    .findDetails(BadRequestSchema)
    .flatMap(({ fieldViolations }) => fieldViolations);
  const metadata = Object.entries(info?.metadata ?? {}).map(
    ([name, value]) => `  ${name}: ${value}`,
  );
  return [
    info === undefined ? error.message : `${info.reason}: ${error.rawMessage}`,
    ...violations.map(({ field, description }) => `  ${field} ${description}`),
    ...metadata,
  ];
}
