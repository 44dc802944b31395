import { SeedbedError } from "../../error.ts";
import { parseDatabaseName } from "../../request/database-name.ts";
import { renderRequestTemplate } from "../../request/request-template.ts";
import { parseSettings } from "../../settings/parse-settings.ts";
import { SETTINGS_PATH } from "../../stories/load.ts";
import type { AddCommand } from "../program.ts";

/** `seedbed init <db>`: a request to begin with. */
export const addInit: AddCommand = (program, bench, finish) => {
  program
    .command("init")
    .description("write a request to begin with: environments/<db>/database_config.yaml")
    .argument("<database>", "2 to 40 small letters, digits and dashes, beginning with a letter")
    .option("--owner <login>", "who answers for the database", "")
    .action(async (database: string, { owner }: { owner: string }) => {
      const name = parseDatabaseName(database);
      if (!name.ok)
        throw new SeedbedError("database-name", name.problems.map(({ what }) => what).join(" "), {
          fix: name.problems.map(({ fix }) => fix).join(" "),
        });
      const checkout = await bench.checkout();
      const path = `environments/${database}/database_config.yaml`;
      if ((await checkout.tree.read(path)) !== null)
        throw new SeedbedError("request-exists", `${path} exists already.`, {
          fix: "Edit it, or choose another name.",
        });
      const text = await checkout.tree.read(SETTINGS_PATH);
      const parsed = text === null ? null : parseSettings(text, SETTINGS_PATH);
      const settings = parsed?.ok ? parsed.value : undefined;
      const login = owner || (await checkout.userName()) || "somebody";
      await checkout.write({
        write: [{ path, text: renderRequestTemplate({ database, settings, owner: login }) }],
        remove: [],
      });
      bench.out(`wrote  ${path}\nNext: fill in what it leaves open, then: seedbed validate ${database}\n`);
      finish(0);
    });
};
