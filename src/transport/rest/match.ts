import { type Route, rpcName } from "./compile.ts";
import { methodNotAllowed } from "./errors.ts";
import { percentDecode } from "./percent.ts";

/** A route that fits a request, with the raw path segments that its variables are cut from. */
export type Match = {
  readonly route: Route;
  /** Still percent-encoded; the custom verb is gone from the last one. */
  readonly segments: readonly string[];
};

/** Routes that end at the same place, by custom verb ("" for none), then by HTTP method. */
type Ends = Map<string, Map<string, Route>>;

type Node = {
  readonly literals: Map<string, Node>;
  single: Node | undefined;
  readonly ends: Ends;
  /** Routes that end in `**` here. */
  readonly deepEnds: Ends;
};

/**
 * Finds the route of a request in a trie of path segments. A literal wins over `*`, and `*` over
 * `**`, segment by segment from the left, among the routes that take the request's method. A
 * custom verb is tried before the same path without one. The walk visits a node of the trie at
 * most once for each of the two readings, whatever the path.
 */
export class RouteTable {
  readonly routes: readonly Route[];
  readonly #root: Node = newNode();

  /** Throws an Error naming both RPCs when two routes would take the same requests. */
  constructor(routes: readonly Route[]) {
    this.routes = routes;
    for (const route of routes) {
      this.#add(route);
    }
  }

  /**
   * Finds the route for a method and a raw path (percent-encoded, without query). HEAD is
   * served as GET. Answers undefined for a path that no route knows; throws a TranscodingError
   * (405 with Allow) where the path is known but not for this method.
   */
  match(method: string, path: string): Match | undefined {
    if (!path.startsWith("/")) {
      return undefined;
    }
    const wanted = method === "HEAD" ? "GET" : method;
    const allowed = new Set<string>();
    const segments = path === "/" ? [] : path.slice(1).split("/");
    const last = segments[segments.length - 1] ?? "";
    const colon = last.lastIndexOf(":");
    if (colon !== -1) {
      const verb = percentDecode(last.slice(colon + 1));
      const bare = [...segments.slice(0, -1), last.slice(0, colon)];
      if (verb !== undefined && verb !== "") {
        const route = find(this.#root, { segments: bare, verb, wanted, allowed }, 0);
        if (route !== undefined) {
          return { route, segments: bare };
        }
      }
    }
    const route = find(this.#root, { segments, verb: "", wanted, allowed }, 0);
    if (route !== undefined) {
      return { route, segments };
    }
    if (allowed.size === 0) {
      return undefined;
    }
    if (allowed.has("GET")) {
      allowed.add("HEAD");
    }
    throw methodNotAllowed([...allowed].sort().join(", "));
  }

  #add(route: Route): void {
    let node = this.#root;
    let ends: Ends | undefined;
    for (const segment of route.template.segments) {
      if (segment.kind === "deep") {
        ends = node.deepEnds;
      } else if (segment.kind === "single") {
        node.single ??= newNode();
        node = node.single;
      } else {
        const next = node.literals.get(segment.text) ?? newNode();
        node.literals.set(segment.text, next);
        node = next;
      }
    }
    ends ??= node.ends;
    const byMethod = ends.get(route.template.verb) ?? new Map<string, Route>();
    ends.set(route.template.verb, byMethod);
    const other = byMethod.get(route.httpMethod);
    if (other !== undefined) {
      throw new Error(
        `google.api.http of ${rpcName(route.spec.method)}: ${route.httpMethod} ${route.pattern} ` +
          `takes the same requests as ${other.pattern} of ${rpcName(other.spec.method)}`,
      );
    }
    byMethod.set(route.httpMethod, route);
  }
}

type Wanted = {
  readonly segments: readonly string[];
  readonly verb: string;
  readonly wanted: string;
  readonly allowed: Set<string>;
};

function newNode(): Node {
  return { literals: new Map(), single: undefined, ends: new Map(), deepEnds: new Map() };
}

function find(node: Node, request: Wanted, depth: number): Route | undefined {
  const segment = request.segments[depth];
  if (segment === undefined) {
    return choose(node.ends, request) ?? choose(node.deepEnds, request);
  }
  if (node.literals.size > 0) {
    const literal =
      node.literals.get(segment) ?? node.literals.get(percentDecode(segment) ?? segment);
    const found = literal === undefined ? undefined : find(literal, request, depth + 1);
    if (found !== undefined) {
      return found;
    }
  }
  if (node.single !== undefined && segment !== "") {
    const found = find(node.single, request, depth + 1);
    if (found !== undefined) {
      return found;
    }
  }
  return choose(node.deepEnds, request);
}

function choose(ends: Ends, { verb, wanted, allowed }: Wanted): Route | undefined {
  const byMethod = ends.get(verb);
  const route = byMethod?.get(wanted) ?? byMethod?.get("*");
  if (route === undefined && byMethod !== undefined) {
    for (const method of byMethod.keys()) {
      allowed.add(method);
    }
  }
  return route;
}
