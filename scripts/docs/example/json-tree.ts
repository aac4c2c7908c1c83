import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { atom, layOut, type Tree } from "./tree.ts";

/** JSON as people write it: on one line where it fits. */
export function jsonText(value: JsonValue, indent = 0, before = 0): string {
  return layOut(jsonTree(value), indent, before);
}

/** The part of an answer that is shown where all of it would be too much; `...` stands for the rest. */
export function shortened(value: JsonValue, show: readonly string[]): string {
  return layOut(shortTree(value, show));
}

/** As gRPC's JSON has it, without what is empty, zero or false. */
export function withoutEmpty(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(
    ([, each]) => each !== false && each !== "" && each !== 0 && each !== null,
  );
  return Object.fromEntries(entries.map(([name, each]) => [name, withoutEmpty(each)]));
}

export function jsonTree(value: JsonValue): Tree {
  if (Array.isArray(value)) return { is: "array", items: value.map(jsonTree) };
  if (value === null || typeof value !== "object") return atom(JSON.stringify(value));
  const entries = Object.entries(value).map(([name, each]) => [
    JSON.stringify(name),
    jsonTree(each),
  ]);
  return { is: "object", entries: entries as [string, Tree][] };
}

const REST: readonly [string, Tree] = ["", atom("...")];

/** @param show paths of names, "payout.status"; lists are walked into */
function shortTree(value: JsonValue, show: readonly string[]): Tree {
  if (Array.isArray(value))
    return { is: "array", items: value.map((each) => shortTree(each, show)) };
  if (value === null || typeof value !== "object" || show.includes("")) return jsonTree(value);
  if (Object.keys(value).length === 0) return { is: "object", entries: [] };
  const names = [...new Set(show.map((path) => path.split(".")[0] ?? ""))];
  const entries = names
    .filter((name) => (value as JsonObject)[name] !== undefined)
    .map((name): [string, Tree] => {
      const below = show
        .filter((path) => path === name || path.startsWith(`${name}.`))
        .map((path) => path.slice(name.length + 1));
      return [JSON.stringify(name), shortTree((value as JsonObject)[name] ?? null, below)];
    });
  const isAll = entries.length === Object.keys(value).length;
  return { is: "object", entries: isAll ? entries : [...entries, REST] };
}
