import { renderProblems } from "../../problem-render.ts";
import { verifyRepository } from "../../stories/verify.ts";
import type { AddCommand } from "../program.ts";

interface Options {
  repositoryId?: string;
  json?: boolean;
}

/** `seedbed verify`: replays the history of every lock, offline. */
export const addVerify: AddCommand = (program, bench, finish) => {
  program
    .command("verify")
    .description("replay history: every lock belongs to a valid permit of exactly its request, generations never fall")
    .option("--repository-id <id>", "id of the repository that permits must name; not looked at without it")
    .option("--json", "problems as JSON")
    .action(async ({ repositoryId, json }: Options) => {
      const checkout = await bench.checkout();
      const report = await verifyRepository(checkout, repositoryId ?? null);
      const commits = Object.values(report.commits).reduce((sum, count) => sum + count, 0);
      const databases = Object.keys(report.commits).length;
      if (json) bench.out(`${JSON.stringify({ version: 1, ...report }, null, 2)}\n`);
      else if (report.problems.length > 0)
        bench.out(renderProblems(report.problems, {}, { color: bench.color, width: bench.width }));
      else bench.out(`${commits} commits changed the locks of ${databases} databases: every one holds.\n`);
      finish(report.problems.length > 0 ? 1 : 0);
    });
};
