/** Writes what browsers accept compressed beside each text that was built: `x.js.br`, `x.js.gz`. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

const TEXTS = new Set([".css", ".html", ".js", ".json", ".svg"]);
// Below it, less is saved than the header costs that says so.
const LEAST_BYTES = 1024;

const asBrotli = promisify(brotliCompress);
const asGzip = promisify(gzip);

async function compress(path: string): Promise<void> {
  const text = await readFile(path);
  if (text.length < LEAST_BYTES) return;
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: text.length };
  await Promise.all([
    asBrotli(text, { params }).then((smaller) => writeFile(`${path}.br`, smaller)),
    asGzip(text, { level: 9 }).then((smaller) => writeFile(`${path}.gz`, smaller)),
  ]);
}

export function compressed(): Plugin {
  let folder = "";
  return {
    name: "orderflow-compressed",
    apply: "build",
    configResolved({ root, build }) {
      folder = join(root, build.outDir);
    },
    // The last step: files of public/ are there by then, too.
    async closeBundle() {
      const files = await readdir(folder, { recursive: true });
      const texts = files.filter((file) => TEXTS.has(extname(file)));
      await Promise.all(texts.map((file) => compress(join(folder, file))));
    },
  };
}
