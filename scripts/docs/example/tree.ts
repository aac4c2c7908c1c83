/** A literal of JSON or TypeScript, before it is laid out. */
export type Tree =
  | { readonly is: "atom"; readonly text: string }
  | { readonly is: "object"; readonly entries: readonly (readonly [string, Tree])[] }
  | { readonly is: "array"; readonly items: readonly Tree[] };

const WIDTH = 88;

/** Lays a literal out: on one line where it fits, else an entry a line, as formatters do it. */
export function layOut(tree: Tree, indent = 0, before = 0, comma = ""): string {
  const flat = onOneLine(tree);
  if (tree.is === "atom" || indent + before + flat.length <= WIDTH) return flat;
  const inner = " ".repeat(indent + 2);
  const parts =
    tree.is === "object"
      ? tree.entries.map(([name, value]) => {
          const lead = name === "" ? "" : `${name}: `;
          return `${inner}${lead}${layOut(value, indent + 2, lead.length + 1, comma)}`;
        })
      : tree.items.map((item) => `${inner}${layOut(item, indent + 2, 1, comma)}`);
  const [open, close] = tree.is === "object" ? ["{", "}"] : ["[", "]"];
  return `${open}\n${parts.join(",\n")}${comma}\n${" ".repeat(indent)}${close}`;
}

function onOneLine(tree: Tree): string {
  if (tree.is === "atom") return tree.text;
  if (tree.is === "array") return `[${tree.items.map(onOneLine).join(", ")}]`;
  if (tree.entries.length === 0) return "{}";
  const entries = tree.entries.map(([name, value]) =>
    name === "" ? onOneLine(value) : `${name}: ${onOneLine(value)}`,
  );
  return `{ ${entries.join(", ")} }`;
}

export function atom(text: string): Tree {
  return { is: "atom", text };
}
