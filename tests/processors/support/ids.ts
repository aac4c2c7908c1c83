import { createHash } from "node:crypto";

/** Where a fake's ids come from. */
export interface IdSource {
  /** `prefix` and characters that look random: "po_" gives "po_1f0c...". */
  next(prefix: string, length?: number): string;
  uuid(): string;
  /** Digits only, rising, for processors that count. */
  number(): number;
}

/** The same ids in the same order for the same seed. */
export function countingIds(seed = "fake"): IdSource {
  let count = 0;
  const hex = () => {
    count += 1;
    return createHash("sha256").update(`${seed}:${count}`).digest("hex");
  };
  return {
    next: (prefix, length = 24) => prefix + hex().slice(0, length),
    uuid: () => hex().replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-4$3-8$4-$5"),
    number: () => {
      count += 1;
      return 50_000_000 + count;
    },
  };
}
