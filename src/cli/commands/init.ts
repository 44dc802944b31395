import { SeedbedError } from "../../problem/error.ts";
import { folderOf } from "../../layout/database-folder.ts";
import { parseDatabaseName } from "../../request/database-name.ts";
import { REQUEST_BOOK } from "../../request/parse-request.ts";
import { renderRequestTemplate } from "../../request/request-template.ts";
import { sentence } from "../../text/sentence.ts";
import { readSettings } from "../../database/read-settings.ts";
import type { Bench } from "../bench.ts";
import { describeNoSettings } from "../incomplete-repository.ts";
import type { AddCommand } from "../add-command.ts";
import { initPlatform, type PlatformOptions } from "./init-platform.ts";

interface Options extends PlatformOptions {
  owner: string;
  platform?: boolean;
}

/** `seedbed init <db>`: creates a request. `seedbed init --platform`: creates the files that a repository needs once. */
export const addInit: AddCommand = (program, bench, finish) => {
  program
    .command("init")
    .description("create a request: environments/<db>/database_config.yaml")
    .argument("[database]", "2 to 40 lower-case letters, digits or hyphens, starting with a letter")
    .option("--owner <login>", "GitHub login of the person responsible for the database", "")
    .option("--platform", "create workflow, settings, ruleset and instructions for a new repository instead")
    .option("--action <owner/name@sha>", "with --platform: the Action, pinned to the full SHA of a commit")
    .option("--app <id>", "with --platform: id of the GitHub App")
    .option("--organisation <name>", "with --platform: GitHub organisation that owns the teams")
    .option("--repository <https://host/owner/name>", "with --platform: this repository; default: git's remote origin")
    .option("--fleet <polling|webhook>", "with --platform: how Fleet hears of commits", "polling")
    .action(async (database: string | undefined, options: Options) => {
      if (options.platform && database !== undefined)
        throw new SeedbedError("option-conflict", "--platform does not create a request, but a database was given.", {
          fix: "Run two commands: one with --platform, one with the database.",
        });
      if (options.platform) await initPlatform(bench, options);
      else await initRequest(bench, database ?? "", options);
      finish(0);
    });
};

async function initRequest(bench: Bench, database: string, { owner }: Options): Promise<void> {
  if (owner !== "" && loginIn(owner) === "")
    throw new SeedbedError("owner-form", `${JSON.stringify(owner)} is not a GitHub login.`, {
      fix: "Give the login without @, for example: --owner ada",
    });
  const name = parseDatabaseName(database);
  if (!name.ok)
    throw new SeedbedError("database-name", name.problems.map(({ what, why }) => `${what}: ${why}.`).join(" "), {
      fix: name.problems.map(({ fix }) => sentence(fix)).join(" "),
    });
  const checkout = await bench.checkout();
  const path = folderOf(database).request;
  if ((await checkout.tree.read(path)) !== null)
    throw new SeedbedError("request-exists", `${path} already exists.`, {
      fix: "Edit it, or choose another name.",
    });
  const found = (await readSettings(checkout.tree)).settings;
  const settings = found === "broken" ? undefined : found;
  const login = owner || loginIn(await checkout.gitUserName());
  await checkout.write({
    write: [{ path, text: renderRequestTemplate({ database, settings, owner: login }) }],
    remove: [],
  });
  const only = found !== undefined ? "" : `${describeNoSettings(database)}\n`;
  bench.out(`wrote  ${path}\n${only}Next: fill in the empty values, then run: seedbed validate ${database}\n`);
}

/** The name where it could be a login; else nothing: who answers for the database is a choice that only its author can make. */
function loginIn(name: string): string {
  const { pattern } = REQUEST_BOOK.nodeAt(["owner"]) ?? {};
  return pattern !== undefined && new RegExp(pattern, "u").test(name) ? name : "";
}
