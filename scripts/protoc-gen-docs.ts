import { runNodeJs } from "@bufbuild/protoplugin";
import { docsPlugin } from "./docs/plugin.ts";

/** Run by `buf generate`: reads the contract from standard input and writes the reference to standard output. */
runNodeJs(docsPlugin());
