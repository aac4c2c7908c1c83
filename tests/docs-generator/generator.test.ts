import { readFileSync } from "node:fs";
import { create } from "@bufbuild/protobuf";
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
  type FileDescriptorProto,
  MethodDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "vitest";
import { REPOSITORY } from "../../scripts/docs/sources.ts";
import { generate, pluginRequest, withFile, withRules, withText } from "./generate.ts";

const SERVICE = "payout/v1/payout_service.proto";
const request = pluginRequest();
const now = generate(request);

/** Numbers of the fields of FileDescriptorProto and DescriptorProto, of which paths to comments are made. */
const [MESSAGE_TYPE, SERVICE_TYPE, METHOD] = [4, 6, 2];

function setComment(file: FileDescriptorProto, path: readonly number[], comment: string): void {
  const at = file.sourceCodeInfo?.location.find((each) => each.path.join() === path.join());
  if (at === undefined) throw new Error(`nothing is declared at ${path.join()}`);
  at.leadingComments = comment;
}

describe("the reference", () => {
  it("is what is committed, byte by byte, whatever was there before", () => {
    expect(now.error).toBe("");
    const committed = REPOSITORY.list("docs/reference").filter((path) => path.endsWith(".md"));
    expect([...now.pages.keys()].map((name) => `docs/reference/${name}`).sort()).toEqual(committed);
    for (const [name, text] of now.pages) {
      expect(readFileSync(`docs/reference/${name}`, "utf8"), name).toBe(text);
    }
  });

  it("is the same when it is generated again, and in another order of files", () => {
    const other = {
      ...request,
      protoFile: request.protoFile,
      fileToGenerate: [...request.fileToGenerate].reverse(),
    };
    expect(generate(other).pages).toEqual(now.pages);
  });

  it("says what a changed comment says, on every page that shows it", () => {
    const changed = withFile(request, SERVICE, (file) =>
      setComment(file, [SERVICE_TYPE, 0, METHOD, 0], " Sends money by pigeon. It flies.\n"),
    );
    const { pages } = generate(changed);
    expect(pages.get("payout-service/create.md")).toContain("Sends money by pigeon. It flies.");
    expect(pages.get("payout-service/README.md")).toContain("| Sends money by pigeon. |");
    expect(differing(pages)).toEqual(["payout-service/README.md", "payout-service/create.md"]);
  });

  it("says what a changed comment of a field says", () => {
    const changed = withFile(request, "payout/v1/money.proto", (file) =>
      setComment(file, [MESSAGE_TYPE, 0, 2, 1], " The coin.\n"),
    );
    expect(generate(changed).pages.get("messages/money.md")).toContain("| The coin.");
  });

  it("has a paragraph that is added to the rules, on its page alone", () => {
    const rules = withRules((text) =>
      text.replace(
        "| scenario | outcome |\n|---|---|\n| The processor accepts |",
        "Read [the statuses](../reference/statuses.md) first.\n\n$&",
      ),
    );
    const { pages } = generate(request, rules);
    expect(differing(pages)).toEqual(["payout-service/create.md"]);
    expect(pages.get("payout-service/create.md")).toContain(
      "Read [the statuses](../statuses.md) first.",
    );
  });

  it("has a use case that is added to the rules", () => {
    const rules = withRules((text) =>
      text.replace("- **Gig economy.**", "- **Lotteries.** Pay winners.\n$&"),
    );
    expect(generate(request, rules).pages.get("payout-service/README.md")).toContain(
      "- **Lotteries.** Pay winners.",
    );
  });
});

function differing(pages: ReadonlyMap<string, string>): readonly string[] {
  return [...pages]
    .filter(([name, text]) => now.pages.get(name) !== text)
    .map(([name]) => name)
    .sort();
}

describe("what is not documented is not generated", () => {
  const errorOf = (changed: typeof request) => generate(changed).error;
  const faultOf = (change: (text: string) => string) => generate(request, withRules(change)).error;

  it("an operation without rules and example", () => {
    const changed = withFile(request, SERVICE, (file) => {
      const like = file.service[0]?.method[0];
      file.service[0]?.method.push(
        create(MethodDescriptorProtoSchema, {
          ...(like && { inputType: like.inputType, outputType: like.outputType }),
          name: "Teleport",
        }),
      );
    });
    const error = errorOf(changed);
    expect(error).toContain(
      "docs/rules/rules.md: the operation PayoutService.Teleport is not there",
    );
    expect(error).toContain("docs/rules/examples/payout-service/teleport.json: is missing");
    expect(error).toContain(
      "payout/v1/payout_service.proto: rpc payout.v1.PayoutService.Teleport has no comment",
    );
  });

  it("a field without a comment", () => {
    const changed = withFile(request, "payout/v1/money.proto", (file) => {
      file.messageType[0]?.field.push(
        create(FieldDescriptorProtoSchema, {
          name: "weight",
          jsonName: "weight",
          number: 9,
          type: FieldDescriptorProto_Type.STRING,
          label: FieldDescriptorProto_Label.OPTIONAL,
        }),
      );
    });
    expect(errorOf(changed)).toContain("field payout.v1.Money.weight has no comment");
  });

  it("an enum's value without a comment", () => {
    const changed = withFile(request, "payout/v1/payout.proto", (file) =>
      setComment(file, [MESSAGE_TYPE, 0, 4, 0, 2, 8], ""),
    );
    expect(errorOf(changed)).toContain("enum value payout.v1.Payout.Status.SUCCESS has no comment");
  });

  it.each([
    ["a reason without what to do", "| `API_KEY_MISSING` |", '"Errors" lacks API_KEY_MISSING'],
    ["a type of event without when", "| `payout.reversed` |", '"Events" lacks payout.reversed'],
    ["a connector without how it was tested", "| `stripe` |", '"Connectors" lacks stripe'],
    ["a status without what to do", "| `EXPIRED` | nobody", '"Statuses" lacks EXPIRED'],
  ])("%s", (_, row, fault) => {
    const without = (text: string) =>
      text
        .split("\n")
        .filter((line) => !line.startsWith(row))
        .join("\n");
    expect(faultOf(without)).toContain(fault);
  });

  it("an operation without its use, told with the line", () => {
    const text = REPOSITORY.read("docs/rules/rules.md") ?? "";
    const line = text.split("\n").indexOf("### PayoutService.Void") + 1;
    expect(line).toBeGreaterThan(0);
    const error = faultOf((rules) =>
      rules.replace(
        "Use when: a payout is wrong or was not authorised, and has not ended yet.\n",
        "",
      ),
    );
    expect(error).toBe(`docs/rules/rules.md:${line}: PayoutService.Void lacks its "Use when: ..."`);
  });

  it("an operation that there is not, told with the line", () => {
    const error = faultOf((text) =>
      text.replace("### PayoutService.Void", "### PayoutService.Avoid"),
    );
    expect(error).toMatch(/rules\.md:\d+: there is no operation PayoutService\.Avoid/);
    expect(error).toContain("the operation PayoutService.Void is not there");
  });

  it("a step that no payout makes, told with the line", () => {
    const error = faultOf((text) =>
      text.replace("| REQUIRES_FULFILLMENT | INITIATED |", "| FAILED | INITIATED |"),
    );
    expect(error).toMatch(/rules\.md:\d+: a payout does not go from FAILED to INITIATED/);
  });

  it("a reason that nobody gives", () => {
    const error = faultOf((text) =>
      text.replace("Errors: `API_KEY_NOT_FOUND`, `API_KEY_ENDED`\n", ""),
    );
    expect(error).toMatch(/rules\.md:\d+: no operation gives API_KEY_ENDED/);
  });

  it("a rule whose check there is not, and a check without a rule", () => {
    const error = faultOf((text) => text.replace("| `tables-filled` |", "| `well-meant` |"));
    expect(error).toContain('there is no check "well-meant"');
    expect(error).toContain('no rule names the check "tables-filled"');
  });

  it("a pattern without a diagram breaks its rule", () => {
    const error = faultOf((text) =>
      text.replace("```mermaid\nsequenceDiagram\n", "```mermaid\npie\n"),
    );
    expect(error).toContain('the pattern "Standard disbursement" wants a sequence diagram');
  });

  it("an example whose request is none", () => {
    const path = "docs/rules/examples/payout-service/create.json";
    const sources = withText(path, (text) =>
      text.replace('"merchantPayoutId"', '"merchantPayoutID"'),
    );
    expect(generate(request, sources).error).toContain(`${path}: is no request of Create`);
  });

  it("an example that is gone", () => {
    const path = "docs/rules/examples/payout-service/void.json";
    expect(
      generate(
        request,
        withText(path, () => null),
      ).error,
    ).toContain(`${path}: is missing: PayoutService.Void has no example`);
  });
});
