import { renderProblems } from "../../problem/render-problems.ts";
import { verifyRepository } from "../../use-cases/verify.ts";
import type { AddCommand } from "../add-command.ts";
import { renderJson } from "../../text/json.ts";

interface Options {
  repositoryId?: string;
  json?: boolean;
}

/** `seedbed verify`: checks the history of every lock, offline. */
export const addVerify: AddCommand = (program, bench, finish) => {
  program
    .command("verify")
    .description(
      "check the git history: every lock matches a valid permit for exactly its request, and generations never decrease",
    )
    .option("--repository-id <id>", "repository id that permits must name; not checked if omitted")
    .option("--json", "print the problems as JSON")
    .action(async ({ repositoryId, json }: Options) => {
      const checkout = await bench.checkout();
      const report = await verifyRepository(checkout, repositoryId ?? null);
      const commits = Object.values(report.commits).reduce((sum, count) => sum + count, 0);
      const databases = Object.keys(report.commits).length;
      if (json) bench.out(renderJson({ version: 1, ...report }));
      else if (report.problems.length > 0)
        bench.out({ painted: renderProblems(report.problems, {}, { color: bench.color, width: bench.width }) });
      else if (commits === 0) bench.out("No lock has ever been committed: there is nothing to verify.\n");
      else bench.out(`${describeHistory(commits, databases)}\n`);
      finish(report.problems.length > 0 ? 1 : 0);
    });
};

function describeHistory(commits: number, databases: number): string {
  if (commits === 0) return "No lock has ever been committed.";
  return `${plural(commits, "commit")} changed the locks of ${plural(databases, "database")}: all valid.`;
}

function plural(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
