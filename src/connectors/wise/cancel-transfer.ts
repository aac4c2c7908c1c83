import type { NoReply, Replied } from "../toolkit/exchange.ts";
import { send, type WiseApi } from "./call.ts";

export function cancelTransfer(
  api: WiseApi,
  id: string,
  signal: AbortSignal,
): Promise<Replied | NoReply> {
  const path = `/v1/transfers/${encodeURIComponent(id)}/cancel`;
  return send(api, { method: "PUT", path, signal });
}
