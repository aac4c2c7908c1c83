import { framing } from "./framing.ts";
import { headers } from "./headers.ts";
import { json } from "./json.ts";
import { links } from "./links.ts";
import { paths } from "./paths.ts";
import { protobuf } from "./protobuf.ts";
import { pure } from "./pure.ts";
import { raw } from "./raw.ts";
import { rules } from "./rules.ts";
import type { Target } from "./target.ts";
import { tokens } from "./tokens.ts";

/** Every way in. */
export const TARGETS: readonly Target[] = [
  protobuf,
  framing,
  json,
  paths,
  tokens,
  headers,
  raw,
  rules,
  links,
  pure,
];
