/** A JSON object whose fields are not known yet. */
export type Json = Readonly<Record<string, unknown>>;

/** What lies at a path of a parsed body; undefined where there is nothing. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (node, name) => (isJson(node) && Object.hasOwn(node, name) ? node[name] : undefined),
    value,
  );
}

/** Text at a path; undefined where there is none, or something else. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === "string" ? found : undefined;
}

export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Leaves out what is undefined, as a processor leaves out what it does not know. */
export function known(fields: Json): Json {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
