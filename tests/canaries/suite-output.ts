import { SecretScanner } from "./fixed-secrets.ts";

/**
 * Reads along whatever the whole suite prints, the workers' output too, which all goes through this
 * process. The function that it returns ends that.
 *
 * @throws (the returned function) when a secret of a fixture was printed
 */
export function watchSuiteOutput(): () => void {
  const scanner = new SecretScanner();
  const restore = [process.stdout, process.stderr].map((stream) => {
    const { write } = stream;
    stream.write = function watched(this: NodeJS.WriteStream, ...args: unknown[]) {
      const [chunk] = args;
      scanner.read(typeof chunk === "string" ? chunk : Buffer.from(chunk as Uint8Array).toString());
      return Reflect.apply(write, this, args) as boolean;
    } as typeof stream.write;
    return () => {
      stream.write = write;
    };
  });
  return () => {
    for (const each of restore) each();
    const { found } = scanner;
    if (found.length === 0) return;
    throw new Error(
      `the tests have printed secrets of fixtures:\n${found.map((each) => `- ${each}`).join("\n")}`,
    );
  };
}
