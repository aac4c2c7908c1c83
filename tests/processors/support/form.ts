/** What a form decodes to: every leaf is text; the document's types are applied by whoever checks. */
export type FormValue = string | FormValue[] | { [key: string]: FormValue };

type Node = Map<string, Node | string[]>;

/**
 * Decodes a form or a query with bracket notation into nested objects: `a[b]=1`, `a[]=1` and
 * `a[0][b]=1`. A name that comes twice without brackets becomes a list. Keys are kept in maps until
 * the end, so that `__proto__` is a name like any other. Never throws.
 */
export function decodeForm(text: string): Record<string, FormValue> {
  const root: Node = new Map();
  for (const [name, value] of new URLSearchParams(text)) put(root, segments(name), value);
  return toObject(root);
}

function segments(name: string): string[] {
  const open = name.indexOf("[");
  if (open <= 0 || !name.endsWith("]")) return [name];
  return [name.slice(0, open), ...name.slice(open + 1, -1).split("][")];
}

function put(node: Node, [head = "", ...rest]: string[], value: string): void {
  const key = head === "" ? String(node.size) : head;
  const old = node.get(key);
  if (rest.length === 0) {
    if (Array.isArray(old)) old.push(value);
    else node.set(key, [value]);
    return;
  }
  const child: Node = old instanceof Map ? old : new Map();
  node.set(key, child);
  put(child, rest, value);
}

function toValue(node: Node | string[]): FormValue {
  if (Array.isArray(node)) return node.length === 1 ? (node[0] ?? "") : node;
  const keys = [...node.keys()];
  if (keys.every((key, index) => key === String(index))) return [...node.values()].map(toValue);
  return toObject(node);
}

function toObject(node: Node): Record<string, FormValue> {
  return Object.fromEntries([...node].map(([key, child]) => [key, toValue(child)]));
}
