import { create } from "@bufbuild/protobuf";
import { type CodeGeneratorRequest, CodeGeneratorResponseSchema } from "@bufbuild/protobuf/wkt";
import { createEcmaScriptPlugin, type Plugin } from "@bufbuild/protoplugin";
import { DocsFault } from "./fault.ts";
import { renderReference } from "./reference.ts";
import { REPOSITORY, type Sources } from "./sources.ts";
import { REFERENCE } from "./where.ts";

/** The buf plugin that writes the reference. What is wrong with its sources is told as buf tells errors. */
export function docsPlugin(sources: Sources = REPOSITORY): Plugin {
  const inner = createEcmaScriptPlugin({
    name: "protoc-gen-docs",
    version: "v1",
    generateTs: (schema) => {
      for (const [path, text] of renderReference(schema.allFiles, sources)) {
        // Written as it is: the file's own line break comes with print.
        schema.generateFile(path.slice(REFERENCE.length + 1)).print(text.replace(/\n$/, ""));
      }
    },
  });
  return {
    ...inner,
    run(request: CodeGeneratorRequest) {
      try {
        return inner.run(request);
      } catch (error) {
        if (!(error instanceof DocsFault)) throw error;
        return create(CodeGeneratorResponseSchema, { error: error.message });
      }
    },
  };
}
