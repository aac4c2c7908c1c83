import { durationMs } from "@bufbuild/protobuf/wkt";
import type { ConnectError } from "@connectrpc/connect";
import { RetryInfoSchema } from "../../gen/google/rpc/error_details_pb.js";

/** After how many milliseconds the same call is right, as the service or a proxy before it says. */
export function retryAfterMs(error: ConnectError): number | undefined {
  const delay = error.findDetails(RetryInfoSchema)[0]?.retryDelay;
  if (delay !== undefined) return durationMs(delay);
  const header = error.metadata.get("retry-after") ?? "";
  return /^\d{1,6}$/.test(header) ? Number(header) * 1000 : undefined;
}
