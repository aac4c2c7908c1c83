import { digits, table } from "../statistics.ts";
import type { CallRow, Footprint } from "./calls.ts";
import type { Growth } from "./growth.ts";

/** The tables of docs/performance.md, section Growth. */
export function growthTables({
  sizes,
  readings,
  calls,
  footprints,
  combinations,
  backlog,
}: Growth): string {
  const names = sizes.map((size) => size.toLocaleString("en"));
  const [least] = names;
  const others = names.slice(1);
  const ratios = (values: readonly number[]) =>
    values.slice(1).map((value) => digits(value / (values[0] || 1)));
  const readingTable = table(
    ["at the repository", `${least}, ms`, ...others.map((name) => `${name}, ratio`), "biggest, ms"],
    readings.map(({ name, ms }) => [
      name,
      digits(ms[0] ?? 0),
      ...ratios(ms),
      digits(ms.at(-1) ?? 0),
    ]),
  );
  const callTable = table(
    ["over REST", "callers", "", least ?? "", ...others.map((name) => `${name}, ratio`), "biggest"],
    calls.flatMap((row) => callRows(row, ratios)),
  );
  const footprintTable = table(
    ["the process", ...names],
    FOOTPRINTS.map(([name, of]) => [name, ...footprints.map(of)]),
  );
  const { jobs } = backlog;
  return [
    readingTable,
    `${combinations.count.toLocaleString("en")} combinations of filters at the repository of the biggest: median ` +
      `${digits(combinations.median)} ms, 99th percentile ${digits(combinations.p99)} ms, worst ` +
      `${digits(combinations.worst)} ms (\`${combinations.worstFilter}\`).`,
    callTable,
    footprintTable,
    table(
      [`start with ${jobs.toLocaleString("en")} due jobs beside the biggest`, ""],
      [
        ["until ready", `${digits(backlog.readyMs)} ms`],
        ["first List of 100, over REST", `${digits(backlog.firstListMs)} ms`],
        ["List of 100 while they are worked off: median", `${digits(backlog.listMs)} ms`],
        ["the same, 99th percentile", `${digits(backlog.listP99)} ms`],
        ["worked off", `${digits(backlog.perSecond)} a second`],
        ["memory of the process", mebibytes(backlog.resident)],
        ["largest WAL", mebibytes(backlog.largestWal)],
      ],
    ),
  ].join("\n\n");
}

function callRows(
  { name, callers, p50, p99, cpu }: CallRow,
  ratios: (values: readonly number[]) => readonly string[],
): string[][] {
  const row = (what: string, values: readonly number[]) => [
    name,
    String(callers),
    what,
    `${digits(values[0] ?? 0)} ms`,
    ...ratios(values),
    `${digits(values.at(-1) ?? 0)} ms`,
  ];
  return [row("p50", p50), row("p99", p99), row("CPU", cpu)];
}

const FOOTPRINTS: readonly (readonly [string, (of: Footprint) => string])[] = [
  ["until ready", ({ readyMs }) => `${digits(readyMs)} ms`],
  ["memory when ready", ({ residentAtStart }) => mebibytes(residentAtStart)],
  ["memory after all calls", ({ resident }) => mebibytes(resident)],
  ["WAL after all calls", ({ walBytes }) => mebibytes(walBytes)],
  ["database", ({ databaseBytes }) => mebibytes(databaseBytes)],
];

function mebibytes(bytes: number): string {
  return `${digits(bytes / 1024 / 1024)} MiB`;
}
