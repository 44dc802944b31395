import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { World } from "../world/world.ts";
import type { Narrator } from "./narrator.ts";
import { Platform } from "./platform/platform.ts";
import { PullPage } from "./platform/pull.ts";
import { attacks, wishes } from "./story/attacks.ts";
import { verifyHistory } from "./story/history.ts";
import { failAndRetry, provision } from "./story/provision.ts";
import { approve, askForDatabase, changeParameters } from "./story/pull-request.ts";

/** The whole story: a pull request becomes an open database, and what people try to get around it. */
export async function tellPullRequest(
  world: World,
  tell: Narrator,
  open: { platform: Platform | null },
): Promise<void> {
  const platform = await Platform.open(world, tell);
  open.platform = platform;
  await tell.chapter(
    "The world",
    "GitHub over a real git repository, the bot as a process of its own, runners that carry out the shipped workflow; a source database, a registry, a cluster.",
    async () =>
      tell.output(
        [
          `GitHub      ${platform.github.url}/acme/databases: REST, git over HTTP, signed webhooks, the shipped ruleset on main`,
          "people      ada (developer), grace (DBA), lin and mallory (writers)",
          `source      Oracle 19c behind ssh://dump@127.0.0.1:${world.ssh.port}`,
          `registry    ${world.registry.host}`,
        ].join("\n"),
      ),
  );
  let page = new PullPage(platform.github, 1);
  let pastRuleset = "";
  await tell.chapter(
    "A pull request",
    "Ada asks for a database in one file. Two mistakes come back on their lines; mended, the manifests appear as a commit, and a comment says what will happen.",
    async () => {
      page = await askForDatabase(platform);
    },
  );
  await tell.chapter("The approval", "Who may say yes, and to what.", () => approve(platform, page));
  await tell.chapter(
    "From the merge to an open database",
    "The bot signs a permit on main and starts one run. The Action checks the permit at the door, exports, pushes; the bot checks the result and commits lock and manifests; Fleet carries them out.",
    () => provision(platform, page),
  );
  await tell.chapter("A change of parameters", "Reviewed like everything; no export runs.", async () => {
    // From here on this is the pull request that brought the request as it stands.
    page = await changeParameters(platform);
  });
  await tell.chapter(
    "A run that fails, and a retry",
    "Grace presses Run workflow, and the source runs out of undo.",
    () => failAndRetry(platform, page),
  );
  await tell.chapter("Wishes", "Somebody who may not; a name that does not exist; a bot that is down.", () =>
    wishes(platform),
  );
  await tell.chapter(
    "Around the gate",
    "An administrator pushes past the ruleset; an old run is started again; another workflow leaves a result.",
    async () => {
      pastRuleset = await attacks(platform);
    },
  );
  await tell.chapter("The history", "Everything that counts is in git: anybody can check it.", () =>
    verifyHistory(platform, pastRuleset),
  );
}

/** `pulls/<n>/{comment.md,notes.md,checks.json}`, `issues/<n>.md` and the bot's log: what people would have seen. */
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
  await writeFile(join(world.folder, "bot.log"), platform.bot.log());
}

/** The bot's comments beside the one that stays current. */
function notesOf({ github }: Platform, number: number): string[] {
  return github.state.comments
    .filter(({ issue, appId, body }) => issue === number && appId !== null && !body.includes("seedbed:sticky"))
    .map(({ body }) => body);
}
