import { SeedbedError } from "../../problem/error.ts";
import { checkManifests } from "../../manifests/check-manifests.ts";
import type { Problem } from "../../problem/problem.ts";
import { compareFiles, readManifestFiles, renderDatabase } from "../../use-cases/render.ts";
import { describeEmpty } from "../incomplete-repository.ts";
import { loadSound } from "../loaded.ts";
import type { AddCommand } from "../add-command.ts";
import { requireFeasible } from "../committed.ts";
import { renderJson } from "../../text/json.ts";

interface Options {
  check?: boolean;
  json?: boolean;
}

/** `seedbed render`: writes the manifests from request, lock and settings. */
export const addRender: AddCommand = (program, bench, finish) => {
  program
    .command("render")
    .description("write environments/<db>/manifests/ from request, lock and settings")
    .argument("[databases...]", "database names (folders in environments/); default: all")
    .option("--check", "write nothing; exit with 1 if a file differs from what would be rendered")
    .option("--json", "print what was written as JSON")
    .action(async (databases: string[], options: Options) => {
      const checkout = await bench.checkout();
      const loaded = await loadSound(bench, checkout.tree, { databases });
      await requireFeasible(bench, checkout, loaded);
      const results: Result[] = [];
      for (const { database } of loaded.retired) {
        const change = compareFiles(await readManifestFiles(checkout.tree, database), []);
        results.push({ database, pending: false, write: [], remove: change.remove });
        if (!options.check) await checkout.write(change);
      }
      for (const one of loaded.databases) {
        const wanted = renderDatabase({ ...one, settings: loaded.settings });
        const mistakes = checkManifests(wanted);
        if (mistakes.length > 0) throw wronglyRendered(mistakes);
        const change = compareFiles(await readManifestFiles(checkout.tree, one.database), wanted);
        const pending = one.lock.seed === undefined || wanted.some(({ text }) => text.includes("seed pending"));
        results.push({
          database: one.database,
          pending,
          write: change.write.map(({ path }) => path),
          remove: change.remove,
        });
        if (!options.check) await checkout.write(change);
      }
      bench.out(
        options.json
          ? renderJson({ version: 1, results })
          : describeEmpty(loaded) + results.map((result) => describe(result, options)).join(""),
      );
      finish(options.check && results.some(({ write, remove }) => write.length + remove.length > 0) ? 1 : 0);
    });
};

/** Our own output failing our own check is not a mistake of the request. */
function wronglyRendered(mistakes: Problem[]): SeedbedError {
  const list = mistakes.map(({ path, what }) => `${path}: ${what}`).join("\n");
  return new SeedbedError("manifests-invalid", `The manifests that were rendered fail their own check:\n${list}`, {
    fix: "This is a mistake of Seedbed's: please report it with the lines above. Nothing of this database was written.",
  });
}

interface Result {
  database: string;
  pending: boolean;
  write: string[];
  remove: string[];
}

function describe({ database, pending, write, remove }: Result, { check }: Options): string {
  const verb = check ? ["differs", "should not exist"] : ["wrote", "removed"];
  const lines = [...write.map((path) => `${verb[0]}  ${path}`), ...remove.map((path) => `${verb[1]}  ${path}`)];
  if (lines.length === 0) lines.push(`${database}: manifests are up to date`);
  if (pending)
    lines.push(
      `${database}: seed pending (there is no image with the data of this request yet; create it with: seedbed seed ${database})`,
    );
  return `${lines.join("\n")}\n`;
}
