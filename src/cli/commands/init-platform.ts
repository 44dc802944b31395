import { SeedbedError } from "../../problem/error.ts";
import { fillTemplate, TEMPLATE_PATHS } from "../../templates/fill-templates.ts";
import type { Bench } from "../bench.ts";

export interface PlatformOptions {
  /** `owner/name@<full SHA>`. */
  action?: string;
  /** Id of the App. */
  app?: string;
  /** Organisation that owns the teams. */
  organisation?: string;
}

/** `seedbed init --platform`: workflow, settings, ruleset and instructions for a repository of requests. */
export async function initPlatform(bench: Bench, options: PlatformOptions): Promise<void> {
  const missing = (["action", "app", "organisation"] as const).filter((name) => !options[name]);
  if (missing.length > 0)
    throw new SeedbedError("option-missing", `Missing: ${missing.map((name) => `--${name}`).join(", ")}.`, {
      fix: "For example: seedbed init --platform --action acme/seedbed@<full SHA> --app <App ID> --organisation acme",
    });
  const { action = "", app = "", organisation = "" } = options;
  const checkout = await bench.checkout();
  const paths = Object.values(TEMPLATE_PATHS);
  const there = await Promise.all(paths.map((path) => checkout.tree.read(path)));
  const taken = paths.filter((_path, index) => there[index] !== null);
  if (taken.length > 0)
    throw new SeedbedError("file-exists", `These files already exist: ${taken.join(", ")}.`, {
      fix: "Remove the files you want to recreate, then run the command again. Nothing was written.",
    });
  const write = await Promise.all(
    Object.entries(TEMPLATE_PATHS).map(async ([name, path]) => ({
      path,
      text: fillTemplate(await bench.template(name), { action, app, owner: organisation }),
    })),
  );
  await checkout.write({ write, remove: [] });
  const lines = write.map(({ path }) => `wrote  ${path}`);
  bench.out(
    `${lines.join("\n")}\nNext: follow .github/seedbed/environment-setup.md, add your sources to .github/seedbed.yml, then run: seedbed validate\n`,
  );
}
