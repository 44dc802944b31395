import { renderProblems } from "../../problem/render-problems.ts";
import { type MergesReport, verifyMerges } from "../../use-cases/verify-merges.ts";
import { verifyRepository } from "../../use-cases/verify.ts";
import type { AddCommand } from "../add-command.ts";
import { renderJson } from "../../text/json.ts";

interface Options {
  repositoryId?: string;
  json?: boolean;
}

/** `seedbed verify`: checks the history of every lock and every merge, offline. */
export const addVerify: AddCommand = (program, bench, finish) => {
  program
    .command("verify")
    .description(
      "check the git history: every lock matches a valid permit for exactly its request, generations never decrease, and merges bring what their pull requests showed",
    )
    .option("--repository-id <id>", "repository id that permits must name; not checked if omitted")
    .option("--json", "print the problems as JSON")
    .action(async ({ repositoryId, json }: Options) => {
      const checkout = await bench.checkout();
      const { commits, problems: broken } = await verifyRepository(checkout, repositoryId ?? null);
      const { problems: unreviewed, ...merges } = await verifyMerges(checkout);
      const problems = [...broken, ...unreviewed];
      if (json) bench.out(renderJson({ version: 1, problems, commits, merges }));
      else if (problems.length > 0)
        bench.out({ painted: renderProblems(problems, {}, { color: bench.color, width: bench.width }) });
      if (!json) bench.out(describeHistory({ commits, merges }, problems.length === 0));
      finish(problems.some(({ severity }) => severity === "error") ? 1 : 0);
    });
};

interface Looked {
  commits: Record<string, number>;
  merges: Omit<MergesReport, "problems">;
}

/** What was looked at, and what could not be. */
function describeHistory({ commits, merges: { checked, unknown } }: Looked, isSound: boolean): string {
  const all = Object.values(commits).reduce((sum, count) => sum + count, 0);
  const databases = plural(Object.keys(commits).length, "database");
  const locks =
    all === 0 ? "No lock has ever been committed" : `${plural(all, "commit")} changed the locks of ${databases}`;
  const merged = `${plural(checked, "merge")} brought what the pull request's head has and showed`;
  const lines = [
    ...(isSound && all === 0 && checked + unknown === 0 ? [`${locks}: there is nothing to verify.`] : []),
    ...(isSound && all > 0 ? [`${locks}: all valid.`] : []),
    ...(isSound && checked > 0 ? [`${merged}.`] : []),
    ...(unknown > 0 ? [describeUnknown(unknown)] : []),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function describeUnknown(unknown: number): string {
  const commits = unknown === 1 ? "1 squash or push" : `${unknown} squashes or pushes`;
  return `${commits} could not be compared with a pull request, because its head is not in this clone: git fetch origin 'refs/pull/*/head:refs/pull/*/head' brings the heads.`;
}

function plural(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
