import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";

/** A file in memory, compressed once for each encoding that somebody asks for. */
export class EncodedFile {
  readonly #bytes: Buffer;
  readonly #encoded = new Map<string, Promise<Buffer>>();

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  async encoded(accepted: string): Promise<{ encoding: string | null; bytes: Buffer }> {
    const encoding = ["br", "gzip"].find((each) =>
      new RegExp(`\\b${each}\\b(?!;q=0(?:\\.0*)?(?:,|$))`).test(accepted),
    );
    if (encoding === undefined) return { encoding: null, bytes: this.#bytes };
    const known =
      this.#encoded.get(encoding) ??
      (encoding === "br" ? promisify(brotliCompress) : promisify(gzip))(this.#bytes);
    this.#encoded.set(encoding, known);
    return { encoding, bytes: await known };
  }
}
