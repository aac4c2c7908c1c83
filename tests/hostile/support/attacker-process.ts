import { SlowSockets, type Target } from "./slow-sockets.ts";

export type Order = { readonly target: Target; readonly count: number } | "stop";
export interface Report {
  readonly open: number;
  readonly cut: number;
}

/** The slow sockets in a process of their own, so that they take no time from whoever measures. */
let sockets: SlowSockets | undefined;

process.on("message", async (order: Order) => {
  if (order === "stop") {
    const report: Report = { open: sockets?.open ?? 0, cut: sockets?.cut ?? 0 };
    sockets?.stop();
    process.send?.(report);
    return;
  }
  sockets = new SlowSockets(order.target);
  await sockets.start(order.count);
  process.send?.({ open: sockets.open, cut: sockets.cut } satisfies Report);
});
process.on("disconnect", () => process.exit(0));
