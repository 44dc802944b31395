import { SeedbedError } from "../../problem/error.ts";
import { fillTemplate, TEMPLATE_PATHS } from "../../templates/fill-templates.ts";
import type { Bench, Checkout } from "../bench.ts";

export interface PlatformOptions {
  /** `owner/name@<full SHA>`. */
  action?: string;
  /** Id of the App. */
  app?: string;
  /** Organisation that owns the teams. */
  organisation?: string;
  /** Address of the repository, by https; if absent, that of git's remote `origin`. */
  repository?: string;
  fleet?: string;
}

/** `seedbed init --platform`: workflow, settings, ruleset and instructions for a repository of requests. */
export async function initPlatform(bench: Bench, options: PlatformOptions): Promise<void> {
  const missing = (["action", "app", "organisation"] as const).filter((name) => !options[name]);
  if (missing.length > 0)
    throw new SeedbedError("option-missing", `Missing: ${missing.map((name) => `--${name}`).join(", ")}.`, {
      fix: "For example: seedbed init --platform --action acme/seedbed@<full SHA> --app <App ID> --organisation acme",
    });
  const { action = "", app = "", organisation = "", fleet = "polling" } = options;
  if (fleet !== "polling" && fleet !== "webhook")
    throw new SeedbedError("option-form", `--fleet is ${JSON.stringify(fleet)}.`, {
      fix: "Write --fleet polling, or --fleet webhook where GitHub can reach Fleet's webhook receiver.",
    });
  const checkout = await bench.checkout();
  const repository = options.repository ?? (await findRepository(checkout));
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
      text: fillTemplate(await bench.template(name), { action, app, owner: organisation, repository, fleet }),
    })),
  );
  await checkout.write({ write, remove: [] });
  const lines = write.map(({ path }) => `wrote  ${path}`);
  bench.out(
    `${lines.join("\n")}\nNext: follow .github/seedbed/environment-setup.md, add your sources to .github/seedbed.yml, then run: seedbed validate\n`,
  );
}

async function findRepository(checkout: Checkout): Promise<string> {
  const address = webAddress(await checkout.remoteAddress());
  if (address !== null) return address;
  throw new SeedbedError("option-missing", "Missing: --repository, because git has no remote origin on a host.", {
    fix: "For example: --repository https://github.com/acme/databases",
  });
}

/** The address of a repository in a browser, from any that git takes; null for a folder. */
function webAddress(remote: string): string | null {
  const [, host, path] =
    /^(?:https?:\/\/|ssh:\/\/)?(?:[^@/]+@)?([A-Za-z0-9][A-Za-z0-9.-]*)(?::\d+)?[:/]([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(
      remote,
    ) ?? [];
  return host === undefined ? null : `https://${host}/${path}`;
}
