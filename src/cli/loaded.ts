import { showDocs } from "../docs-url.ts";
import { SeedbedError } from "../error.ts";
import { SETTINGS_PATH } from "../layout/repository.ts";
import type { Tree } from "../ports.ts";
import type { Problem } from "../problem.ts";
import { renderProblems } from "../problem-render.ts";
import type { Settings } from "../settings/settings.ts";
import { hasErrors, loadRepository, type LoadedDatabase, type Repository } from "../stories/load.ts";
import type { DatabaseRequest } from "../request/request.ts";
import type { Bench } from "./bench.ts";

/** A repository in which everything that was requested is valid. */
export interface SoundRepository extends Repository {
  settings: Settings;
  databases: (LoadedDatabase & { request: DatabaseRequest })[];
}

/** What was requested has errors; `problems` is for programs, people have read them above. */
export class RequestInvalid extends SeedbedError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super("request-invalid", "Fix the problems above first.", {
      fix: "Fix them, then run: seedbed validate",
    });
    this.problems = problems;
  }
}

/** `YYYY-MM-DD` of the bench's clock. */
export function today(bench: Bench): string {
  return new Date(bench.clock.now()).toISOString().slice(0, 10);
}

/** Loads the input of a command; if it has an error, prints every problem and throws. */
export async function loadSound(bench: Bench, tree: Tree, databases: string[]): Promise<SoundRepository> {
  const loaded = await loadRepository(tree, { databases, today: today(bench) });
  const { settings } = loaded;
  if (hasErrors(loaded.problems)) {
    bench.err(showProblems(bench, loaded));
    throw new RequestInvalid(loaded.problems);
  }
  if (settings === undefined)
    throw new SeedbedError(
      "settings-missing",
      `There is no ${SETTINGS_PATH}; it defines the sources, registries and clusters.`,
      {
        fix: `Create ${SETTINGS_PATH} with sources, registries, bases and clusters; ${showDocs("docs/reference/settings.md")} has every key and an example.`,
      },
    );
  const sound = loaded.databases.map(({ request, ...rest }) => ({ ...rest, request: request! }));
  return { ...loaded, settings, databases: sound };
}

/** Problems as text for people. */
export function showProblems(bench: Bench, { problems, sources, databases }: Repository): string {
  return renderProblems(problems, sources, { color: bench.color, width: bench.width, requests: databases.length });
}
