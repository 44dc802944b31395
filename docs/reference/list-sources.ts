import { readdirSync, readFileSync } from "node:fs";
import type { SourceText } from "./read-errors.ts";

const TOP = new URL("../../", import.meta.url);

/** Every file that can say an error: TypeScript of product and bot, shell files of the container; sorted by path. */
export function listSources(): SourceText[] {
  return ["src", "bot"].flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, TOP), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(?:ts|sh)$/.test(name))
      .toSorted()
      .map((name) => ({ path: `${folder}/${name}`, text: readFileSync(new URL(`${folder}/${name}`, TOP), "utf8") })),
  );
}
