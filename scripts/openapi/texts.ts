import type { AnyDesc, DescEnum, DescFile } from "@bufbuild/protobuf";
import { getComments } from "@bufbuild/protoplugin";
import type { Contract } from "./contract.ts";

/** Where names in backticks are not those of JSON: the variables of a routing rule's condition. */
const NOT_JSON: ReadonlySet<string> = new Set(["payout.v1.RoutingRule.condition"]);

/** The contract's comments as Markdown for readers of JSON: fields have the names that JSON gives them. */
export class Texts {
  readonly #contract: Contract;

  constructor(contract: Contract) {
    this.#contract = contract;
  }

  /** The comment of a thing of the contract. Everything public has one; a test holds the contract to it. */
  of(desc: Exclude<AnyDesc, DescFile>): string {
    const comment = unwrapped(getComments(desc).leading ?? "");
    const name = desc.kind === "field" ? `${desc.parent.typeName}.${desc.name}` : "";
    return NOT_JSON.has(name) ? comment : this.inJson(comment);
  }

  /** An enum's comment, and a list of its values. */
  ofEnum(desc: DescEnum): string {
    const values = desc.values.map((value) => `- \`${value.name}\`: ${oneLine(this.of(value))}`);
    return `${this.of(desc)}\n\n${values.join("\n")}`;
  }

  /** The first sentence of a text as plain words, without its full stop: what stands in a list. */
  summary(text: string): string {
    const [paragraph = ""] = text.split("\n\n");
    const [sentence = ""] = oneLine(paragraph).split(/(?<=\.)\s/);
    return sentence.replace(/\.$/, "").replaceAll("`", "");
  }

  /** `merchant_payout_id` in a text becomes `merchantPayoutId`, as long as it is a field's name. */
  inJson(text: string): string {
    return text.replace(/`([a-z0-9_.]+)`/g, (whole, path: string) => {
      const names = path.split(".");
      const known = names.every((name) => this.#contract.fieldNames.has(name));
      return known ? `\`${names.map(jsonName).join(".")}\`` : whole;
    });
  }
}

/** Paragraphs and items of lists, each in one line. */
function unwrapped(comment: string): string {
  return comment
    .split("\n")
    .map((line) => line.trim())
    .join("\n")
    .trim()
    .replace(/(?<!\n)\n(?!\n|- )/g, " ");
}

export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function jsonName(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
