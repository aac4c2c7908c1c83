import type { FuzzRandom } from "../fuzz-random.ts";
import { utf8 } from "../input.ts";
import { NASTY_TEXTS } from "../nasty.ts";
import { plausible } from "../plausible.ts";
import { filledPath, queryOf, restCall } from "../requests.ts";
import { BINDINGS } from "../rpcs.ts";
import type { Target } from "./target.ts";

export const paths: Target = {
  name: "paths",
  about: "REST paths and queries: percent-encoding, slashes, repeated and unknown parameters",
  weight: 14,
  make(random) {
    const binding = random.pick(BINDINGS);
    const request = plausible(binding.method.input, random);
    const { path, rest } = filledPath(binding, request);
    const body = binding.hasBody ? utf8(JSON.stringify(rest)) : "";
    const query = binding.hasBody ? "" : queryOf(rest);
    const onPath = random.happens(0.55);
    const target =
      (onPath ? damagedPath(path, random) : path) +
      (onPath && random.happens(0.7)
        ? query && `?${query}`
        : `?${damagedQuery(
            query,
            binding.method.input.fields.map((f) => f.jsonName),
            random,
          )}`);
    const call = restCall(binding, target, random.happens(0.8) ? body : "{}", random);
    return random.happens(0.1)
      ? {
          ...call,
          method: random.pick([
            "GET",
            "POST",
            "PUT",
            "PATCH",
            "DELETE",
            "HEAD",
            "OPTIONS",
            "TRACE",
            "PURGE",
            "QUERY",
          ]),
          face: "any",
        }
      : call;
  },
};

const PIECES = [
  "%00",
  "%2F",
  "%2f",
  "%5C",
  "%2e%2e",
  "..",
  ".",
  "",
  "%",
  "%zz",
  "%u0041",
  "%c0%af",
  "%ff",
  "%ed%a0%80",
  "%F0%9F%98%80",
  "%25",
  "%252F",
  "*",
  "**",
  "{payout_id}",
  ":verb",
  "po_:void",
  ";a=b",
  "a%20b",
  "+",
  "'",
  "~",
  "%0d%0aX:1",
  "__proto__",
  "constructor",
];

function damagedPath(path: string, random: FuzzRandom): string {
  const segments = path.split("/");
  const index = 1 + random.below(Math.max(1, segments.length - 1));
  const segment = segments[index] ?? "";
  const replaced = (text: string) =>
    segments.with(Math.min(index, segments.length - 1), text).join("/");
  return random.weighted<string>(
    [4, () => replaced(random.pick(PIECES))],
    [3, () => replaced(segment + random.pick(PIECES))],
    [2, () => replaced(random.pick(PIECES) + segment)],
    [2, () => replaced(encodeURIComponent(random.pick(NASTY_TEXTS).toWellFormed()))],
    [2, () => replaced(`${segment}/`)],
    [1, () => replaced(`/${segment}`)],
    [1, () => replaced([...segment].map((c) => `%${c.charCodeAt(0).toString(16)}`).join(""))],
    [1, () => replaced("x".repeat(random.pick([64, 65, 512, 513, 4000, 8200])))],
    [1, () => `${path}/${random.pick(PIECES)}`],
    [1, () => `/${path}`],
    [1, () => path.toUpperCase()],
    [1, () => `${path}#${random.pick(PIECES)}`],
    [1, () => `${path}/${"a/".repeat(random.pick([10, 1000, 4000]))}`],
    [
      1,
      () =>
        random.pick([
          "/v1",
          "/v1/",
          "/",
          "//",
          "/v1/payouts/by-merchant-id/",
          "/livez",
          "/readyz",
          "*",
          "http://x/v1/payouts",
          "/openapi.json",
          "/docs",
          "/l",
          "/v1/events/stream",
        ]),
    ],
  );
}

function damagedQuery(query: string, names: readonly string[], random: FuzzRandom): string {
  const pairs = query === "" ? [] : query.split("&");
  const name = names.length === 0 ? "x" : random.pick(names);
  const pair = pairs.length === 0 ? `${name}=1` : random.pick(pairs);
  const value = encodeURIComponent(random.pick(NASTY_TEXTS).toWellFormed());
  const added = random.weighted<string>(
    [3, () => `${name}=${value}`],
    [2, () => pair],
    [2, () => `${name}=${random.pick(PIECES)}`],
    [1, () => `${name}[]=${value}`],
    [1, () => `${name}[0]=1&${name}[a]=2`],
    [1, () => `${name}.${name}=1`],
    [1, () => `${"a.".repeat(random.pick([3, 99, 100, 101, 1000]))}a=1`],
    [1, () => `${random.pick(PIECES)}=1`],
    [1, () => name],
    [1, () => "=&=&&&"],
    [1, () => `${name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)}=${value}&${name}=1`],
    [
      1,
      () => Array.from({ length: random.pick([199, 200, 201, 1000]) }, () => `${name}=1`).join("&"),
    ],
    [1, () => `${name}=${"9".repeat(random.pick([20, 21, 400, 7000]))}`],
    [
      1,
      () =>
        `pageSize=${random.pick(["-1", "101", "2147483648", "1e1", "0x1", " 1", "１", "-0", "00"])}`,
    ],
    [1, () => `${random.word(5)}=1`],
    [1, () => `${name}=1;${name}=2`],
    [1, () => "__proto__=1&constructor.prototype=1"],
  );
  return random.happens(0.5) ? [...pairs, added].join("&") : [added, ...pairs].join("&");
}
