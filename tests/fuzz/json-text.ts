import type { JsonValue } from "@bufbuild/protobuf";
import type { FuzzRandom } from "./fuzz-random.ts";
import { utf8 } from "./input.ts";
import { NASTY_JSON, NASTY_TEXTS, NASTY_TIMES } from "./nasty.ts";

/** JSON as it is written: objects keep order and repetitions, and any text can stand for a value. */
type Node =
  | { readonly text: string }
  | { readonly list: Node[] }
  | { readonly entries: [key: string, value: Node][] };

function nodeOf(json: JsonValue): Node {
  if (Array.isArray(json)) return { list: json.map(nodeOf) };
  if (typeof json === "object" && json !== null) {
    return {
      entries: Object.entries(json).map(([key, value]) => [JSON.stringify(key), nodeOf(value)]),
    };
  }
  return { text: JSON.stringify(json) };
}

function written(node: Node): string {
  if ("text" in node) return node.text;
  if ("list" in node) return `[${node.list.map(written).join(",")}]`;
  return `{${node.entries.map(([key, value]) => `${key}:${written(value)}`).join(",")}}`;
}

/** A right JSON with one to three faults, as latin1 of its bytes. */
export function damagedJson(json: JsonValue, random: FuzzRandom): string {
  const holder: Node = { list: [nodeOf(json)] };
  for (let times = random.between(1, 3); times > 0; times -= 1) damage(holder, random);
  const [root] = holder.list;
  const text = root === undefined ? "" : written(root);
  return random.happens(0.25) ? damagedText(text, random) : utf8(text);
}

/** A list or an object somewhere, and the place of one of its values. */
function damage(node: Node, random: FuzzRandom): void {
  if ("text" in node) return;
  const values = "list" in node ? node.list : node.entries.map(([, value]) => value);
  const inner = values.filter((value) => !("text" in value));
  if (inner.length > 0 && random.happens("list" in node ? 0.97 : 0.5)) {
    damage(random.pick(inner), random);
    return;
  }
  const index = random.index(values);
  const put = (value: Node) => {
    if ("list" in node) node.list[index] = value;
    else if (node.entries[index] !== undefined) node.entries[index][1] = value;
    else node.entries.push(['"a"', value]);
  };
  random.weighted<unknown>(
    [6, () => put({ text: random.pick(NASTY_JSON) })],
    [2, () => put({ text: random.pick(NASTY_TIMES) })],
    [4, () => put({ text: JSON.stringify(random.pick(NASTY_TEXTS)) })],
    [1, () => put({ text: nested(random) })],
    [
      1,
      () =>
        put({
          list: Array.from(
            { length: random.pick([2, 20, 21, 101, 1000]) },
            () => values[index] ?? { text: "1" },
          ),
        }),
    ],
    [1, () => put({ entries: [['"a"', values[index] ?? { text: "1" }]] })],
    [4, () => damageKeys(node, random)],
  );
}

function damageKeys(node: Node, random: FuzzRandom): void {
  if (!("entries" in node)) return;
  const entry = node.entries[random.index(node.entries)];
  if (entry === undefined) return;
  const [key, value] = entry;
  const name = key.slice(1, -1);
  random.weighted<unknown>(
    [
      3,
      () =>
        node.entries.push([key, random.happens(0.5) ? value : { text: random.pick(NASTY_JSON) }]),
    ],
    [3, () => node.entries.push([`"${snake(name)}"`, value])],
    [2, () => node.entries.push([JSON.stringify(random.pick(NASTY_TEXTS)), value])],
    [
      2,
      () =>
        node.entries.push([
          `"${random.pick(["__proto__", "constructor", "$type", "@type"])}"`,
          value,
        ]),
    ],
    [1, () => (entry[0] = `"${name.toUpperCase()}"`)],
    [
      1,
      () =>
        (entry[0] = `"${[...name].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")}"`),
    ],
    [1, () => (entry[0] = name)],
    [1, () => node.entries.splice(node.entries.indexOf(entry), 1)],
    [
      1,
      () => {
        for (let i = random.pick([51, 300, 3000]); i > 0; i -= 1)
          node.entries.push([`"k${i}"`, value]);
      },
    ],
  );
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Lists or objects in each other, to and past the bound. */
function nested(random: FuzzRandom): string {
  const depth = random.pick([10, 97, 98, 99, 100, 101, 1000, 20_000]);
  return random.happens(0.5)
    ? "[".repeat(depth) + "]".repeat(random.happens(0.8) ? depth : 0)
    : `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
}

/** Damage to the text as a whole. */
function damagedText(text: string, random: FuzzRandom): string {
  const at = random.index(text);
  return random.weighted<string>(
    [2, () => utf8(`\ufeff${text}`)],
    [1, () => Buffer.from(text, "utf16le").toString("latin1")],
    [1, () => Buffer.from(`\ufeff${text}`, "utf16le").swap16().toString("latin1")],
    [2, () => utf8(text.slice(0, at))],
    [
      2,
      () =>
        utf8(text.slice(0, at)) +
        random.pick(["\xff", "\xc0\x80", "\xed\xa0\x80", "\x00", "\xf5"]) +
        utf8(text.slice(at)),
    ],
    [2, () => utf8(text.replace(/}$/, ",}"))],
    [1, () => utf8(`/* c */${text}// c`)],
    [1, () => utf8(text.replaceAll('"', "'"))],
    [1, () => utf8(text + text)],
    [1, () => utf8(`${text}${random.pick(["]", "}", ",", " x", "\u00a0", "\u2028"])}`)],
    [1, () => utf8(`${" \n\t\r".repeat(random.pick([1, 300, 30_000]))}${text}`)],
    [1, () => ""],
    [1, () => utf8(`[${text}]`)],
  );
}
