import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { World } from "../world/world.ts";
import type { Narrator } from "./narrator.ts";
import { Platform } from "./platform/platform.ts";
import { PullPage } from "./platform/pull.ts";
import { attacks, manualRuns } from "./story/attacks.ts";
import { refuseCrissCross } from "./story/criss-cross.ts";
import { verifyHistory } from "./story/history.ts";
import { failAndRetry, provision } from "./story/provision.ts";
import { approve, askForDatabase, changeParameters } from "./story/pull-request.ts";

/** The whole story: from a pull request to an open database, and attempts to get around the rules. */
export async function tellPullRequest(
  world: World,
  tell: Narrator,
  open: { platform: Platform | null },
): Promise<void> {
  const platform = await Platform.open(world, tell);
  open.platform = platform;
  await tell.chapter(
    "The simulated world",
    "GitHub with a real git repository, the bot as a separate process, runners that execute the shipped workflow, a source database, a registry and a cluster.",
    async () =>
      tell.output(
        [
          `GitHub      ${platform.github.url}/acme/databases: REST, git over HTTP, signed webhooks, the shipped ruleset on main`,
          "people      ada (developer), grace (DBA), lin and mallory (write permission)",
          `source      Oracle 19c behind ssh://dump@127.0.0.1:${world.ssh.port}`,
          `registry    ${world.registry.host}`,
        ].join("\n"),
      ),
  );
  let page = new PullPage(platform.github, 1);
  await tell.chapter(
    "A pull request",
    "Ada asks for a database in one file. Two mistakes are reported on their lines; once fixed, the manifests appear as a commit, and a comment says what will happen.",
    async () => {
      page = await askForDatabase(platform);
    },
  );
  await tell.chapter("The approval", "Who may approve, and what the approval covers.", () => approve(platform, page));
  await tell.chapter(
    "From the merge to an open database",
    "The bot commits a signed permit to main and starts one run. The Action checks the permit, exports the data and pushes the image. The bot checks the result and commits the lock and the manifests, which Fleet applies.",
    () => provision(platform, page),
  );
  await tell.chapter(
    "A change of parameters",
    "It is reviewed like any other change, but needs no export.",
    async () => {
      // From here on, this is the pull request that brought the current request.
      page = await changeParameters(platform);
    },
  );
  await tell.chapter("A run that fails, and a retry", "Grace uses Run workflow, and the source runs out of undo.", () =>
    failAndRetry(platform, page),
  );
  await tell.chapter(
    "Runs by hand",
    "A person without permission, a database that does not exist, and a bot that is down.",
    () => manualRuns(platform),
  );
  await tell.chapter(
    "Attacks",
    "A history is built so that a merge brings what no page shows, an administrator pushes past the ruleset, an old run is started again, and another workflow uploads a forged result.",
    async () => {
      await refuseCrissCross(platform);
      await attacks(platform);
    },
  );
  await tell.chapter("The history", "Every permit and lock is in git, so anybody can check them.", () =>
    verifyHistory(platform),
  );
}

/** Writes what people would have seen: `pulls/<n>/{comment.md,notes.md,checks.json}`, `issues/<n>.md` and the bot's log. */
export async function keepPages(platform: Platform): Promise<void> {
  const { world, github } = platform;
  for (const { number } of github.state.pulls) {
    const folder = join(world.folder, "pulls", String(number));
    const page = new PullPage(github, number);
    const names = ["seedbed/validate", "seedbed/render", "seedbed/dba-approval"];
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "comment.md"), page.sticky());
    await writeFile(join(folder, "notes.md"), notesOf(platform, number).join("\n---\n"));
    await writeFile(
      join(folder, "checks.json"),
      `${JSON.stringify(
        names.map((name) => page.check(name)),
        null,
        2,
      )}\n`,
    );
  }
  await mkdir(join(world.folder, "issues"), { recursive: true });
  for (const { number, title, body } of github.state.issues)
    await writeFile(
      join(world.folder, "issues", `${number}.md`),
      [`# ${title}\n\n${body}\n`, ...notesOf(platform, number)].join("\n---\n"),
    );
  await writeFile(join(world.folder, "bot.log"), platform.bot.output());
}

/** The bot's comments other than the sticky one. */
function notesOf({ github }: Platform, number: number): string[] {
  return github.state.comments
    .filter(({ issue, appId, body }) => issue === number && appId !== null && !body.includes("seedbed:sticky"))
    .map(({ body }) => body);
}
