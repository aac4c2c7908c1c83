/** What a cell of SQLite holds here. */
export type Cell = string | number | Uint8Array | null;
export type Row = Readonly<Record<string, Cell>>;

/** What takes the place of a template's own ids, by slot. */
export type Filling = Readonly<Record<string, string>>;

type Part = string | { readonly slot: string } | { readonly offset: number };
type Image = Cell | readonly Part[];

/** Times within this of the template's belong to its story (milliseconds). */
const STORY_MS = 60 * 24 * 60 * 60 * 1000;

/**
 * A row of a template, ready to be copied many times: in every text, JSON too, its ids are slots and
 * its times are relative to when it was made.
 */
export class RowImage {
  readonly columns: readonly string[];
  readonly #images: readonly Image[];

  /**
   * @param slots the ids in the template's rows, each with the slot that it leaves
   * @param createTime when the template was made (milliseconds)
   */
  constructor(row: Row, slots: ReadonlyMap<string, string>, createTime: number) {
    this.columns = Object.keys(row);
    const ids = [...slots.keys()].sort((a, b) => b.length - a.length).map(escaped);
    const pattern = new RegExp(`(${[...ids, "(?<![0-9.])1[0-9]{12}(?![0-9])"].join("|")})`);
    const isNear = (time: number) => Math.abs(time - createTime) < STORY_MS;
    this.#images = Object.values(row).map((cell): Image => {
      if (typeof cell === "number") {
        return cell > STORY_MS && isNear(cell) ? [{ offset: cell - createTime }] : cell;
      }
      if (typeof cell !== "string") return cell;
      const parts = cell.split(pattern).map((text): Part => {
        const slot = slots.get(text);
        if (slot !== undefined) return { slot };
        return /^1[0-9]{12}$/.test(text) && isNear(Number(text))
          ? { offset: Number(text) - createTime }
          : text;
      });
      return parts.every((part) => typeof part === "string") ? cell : parts;
    });
  }

  /** The cells of a copy, in the order of the columns. */
  copy(filling: Filling, createTime: number): Cell[] {
    return this.#images.map((image) => {
      if (!isParts(image)) return image;
      const [only] = image;
      // A column of its own, and not a number in a text.
      if (image.length === 1 && typeof only === "object" && "offset" in only) {
        return createTime + only.offset;
      }
      let text = "";
      for (const part of image) {
        if (typeof part === "string") text += part;
        else if ("offset" in part) text += createTime + part.offset;
        else text += filling[part.slot] ?? "";
      }
      return text;
    });
  }
}

function isParts(image: Image): image is readonly Part[] {
  return Array.isArray(image);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
