import type { Input } from "./input.ts";

/** Inputs that are tried for one failure. */
const TRIES = 60;

/** Leaves out headers, and cuts the body and the path, for as long as `fails` still holds. */
export async function smaller(
  input: Input,
  fails: (candidate: Input) => Promise<boolean>,
): Promise<Input> {
  let best = input;
  let left = TRIES;
  let found = true;
  while (found && left > 0) {
    found = false;
    for (const candidate of candidates(best)) {
      if (left === 0) break;
      left -= 1;
      if (await fails(candidate)) {
        best = candidate;
        found = true;
        break;
      }
    }
  }
  return best;
}

function* candidates(input: Input): Generator<Input> {
  if (input.kind === "raw") {
    if (input.pieces.length > 1) yield { ...input, pieces: [input.pieces.join("")] };
    const [first = ""] = input.pieces;
    if (first.length > 40) yield { ...input, pieces: [first.slice(0, first.length / 2)] };
  }
  if (input.kind !== "call") return;
  const { headers, body, path } = input;
  for (let index = 0; index < headers.length; index += 1) {
    yield { ...input, headers: headers.toSpliced(index, 1) };
  }
  if (body.length > 20) yield { ...input, body: body.slice(0, body.length / 2) };
  if (body.length > 0) yield { ...input, body: "" };
  const mark = path.indexOf("?");
  if (mark === -1) return;
  const pairs = path.slice(mark + 1).split("&");
  if (pairs.length > 20)
    yield {
      ...input,
      path: `${path.slice(0, mark)}?${pairs.slice(0, pairs.length / 2).join("&")}`,
    };
  if (pairs.length > 20) return;
  for (let index = 0; index < pairs.length; index += 1) {
    const rest = pairs.toSpliced(index, 1).join("&");
    yield { ...input, path: rest === "" ? path.slice(0, mark) : `${path.slice(0, mark)}?${rest}` };
  }
}
