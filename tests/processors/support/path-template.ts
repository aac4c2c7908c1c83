/** A path with `{names}` in it, as API documents write them. */
export interface PathTemplate {
  readonly template: string;
  /** The values by name, decoded; undefined where the path is another one. */
  match(path: string): Record<string, string> | undefined;
}

export function pathTemplate(template: string): PathTemplate {
  const names: string[] = [];
  const source = template
    .split(/(\{[^}]+\})/)
    .map((part) => {
      if (!part.startsWith("{")) return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
      names.push(part.slice(1, -1));
      return "([^/]+)";
    })
    .join("");
  const pattern = new RegExp(`^${source}$`);
  return {
    template,
    match: (path) => {
      const found = pattern.exec(path);
      if (!found) return undefined;
      return Object.fromEntries(names.map((name, index) => [name, decode(found[index + 1] ?? "")]));
    },
  };
}

/** The fewer names, the more exact: `/transfers/approve` goes before `/transfers/{id}`. */
export function exactFirst(a: { template: string }, b: { template: string }): number {
  return a.template.split("{").length - b.template.split("{").length;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
