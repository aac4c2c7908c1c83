import { type FloodOptions, flood } from "./flood.ts";

/** A flood in a process of its own, so that it takes no time from whoever measures. */
process.once("message", async (options: FloodOptions) => {
  const result = await flood(options);
  process.send?.(result, () => process.exit(0));
});
