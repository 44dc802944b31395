import { problemsToJson, summarizeProblems } from "../../problem/summarize-problems.ts";
import { hasErrors, loadRepository } from "../../use-cases/load.ts";
import { describeNoSettings } from "../incomplete-repository.ts";
import { showProblems } from "../loaded.ts";
import { today } from "../today.ts";
import type { AddCommand } from "../add-command.ts";

/** `seedbed validate`: lists every problem of requests and settings, with line, column, reason and fix. */
export const addValidate: AddCommand = (program, bench, finish) => {
  program
    .command("validate")
    .description("check requests and settings and list all problems with line, reason and fix")
    .argument("[databases...]", "database names (folders in environments/); default: all")
    .option("--json", "print the problems as JSON")
    .action(async (databases: string[], { json }: { json?: boolean }) => {
      const { tree } = await bench.checkout();
      const loaded = await loadRepository(tree, { databases, today: today(bench) });
      const { problems } = loaded;
      const names = loaded.databases.map(({ database }) => database);
      if (json) bench.out(problemsToJson(problems, { databases: names }));
      else if (problems.length > 0) bench.out(showProblems(bench, loaded));
      else {
        const settings = loaded.settings !== undefined;
        bench.out(`${summarizeProblems([], { requests: names.length, settings })}\n`);
      }
      if (!json && loaded.settings === undefined && !hasErrors(problems))
        bench.out(`${describeNoSettings("<database>")}\n`);
      finish(hasErrors(problems) ? 1 : 0);
    });
};
