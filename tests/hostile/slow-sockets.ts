import { parseArgs } from "node:util";
import { buildPrograms } from "../crash/programs.ts";
import { measure } from "./support/measure.ts";

/**
 * What slow sockets cost everybody else: `node tests/hostile/slow-sockets.ts`, with --sockets,
 * --rounds and --seconds (of each half of a round). Prints the 99th percentile of Create and Get
 * without and with them, and the ratio.
 */
const { values } = parseArgs({
  options: {
    sockets: { type: "string", default: "2000" },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "8" },
  },
});

const { service, remove } = await buildPrograms();
try {
  const rounds = await measure({
    program: service,
    sockets: Number(values.sockets),
    rounds: Number(values.rounds),
    ms: 1000 * Number(values.seconds),
    onRound: (round) =>
      process.stdout.write(
        `p99 without ${round.without.toFixed(1)} ms, with ${round.with.toFixed(1)} ms: ` +
          `x${round.ratio.toFixed(2)} (${round.calls} calls, ${round.refused} refused; ${round.open} slow sockets, ${round.cut} cut)\n`,
      ),
  });
  const ratios = rounds.map(({ ratio }) => ratio).sort((a, b) => a - b);
  process.stdout.write(
    `ratio: median ${ratios[Math.floor(ratios.length / 2)]?.toFixed(2)}, ` +
      `least ${ratios[0]?.toFixed(2)}, most ${ratios.at(-1)?.toFixed(2)}\n`,
  );
} finally {
  remove();
}
