import { build } from "esbuild";
import { join } from "node:path";

const cache = new Map<string, Promise<string>>();

/** One of the stand-in programs as a single executable file, whose first line names a Node by its full path: this one, or another. */
export async function bundleProgram(name: string, node = process.execPath): Promise<string> {
  const known = cache.get(name) ?? bundle(name);
  cache.set(name, known);
  return `#!${node}\n${await known}`;
}

async function bundle(name: string): Promise<string> {
  const result = await build({
    entryPoints: [join(import.meta.dirname, "programs", `${name}.ts`)],
    bundle: true,
    write: false,
    platform: "node",
    target: "node24",
    // A file without an ending is CommonJS to Node; the await at the end of a program is wrapped.
    format: "esm",
    legalComments: "none",
  });
  const code = result.outputFiles[0]!.text;
  const imports = code.match(/^import .*$/gm) ?? [];
  const body = code.replace(/^import .*$/gm, "");
  const required = imports.map((line) => {
    const match = /^import (?:\{(.*)\}|(\w+)) from "(.*)";$/.exec(line);
    if (!match) throw new Error(`cannot wrap ${line}`);
    return `const ${match[1] ? `{${match[1].replace(/ as /g, ": ")}}` : match[2]} = require(${JSON.stringify(match[3])});`;
  });
  return `"use strict";\n${required.join("\n")}\n(async () => {\n${body}\n})().catch((error) => { console.error(error); process.exitCode = 70; });\n`;
}
