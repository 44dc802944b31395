import { showDocs } from "../problem/docs-url.ts";
import { SeedbedError } from "../problem/error.ts";
import { SETTINGS_PATH } from "../layout/repository.ts";
import type { Tree } from "../ports/tree.ts";
import type { Problem } from "../problem/problem.ts";
import { renderProblems } from "../problem/render-problems.ts";
import type { Settings } from "../settings/settings.ts";
import {
  hasErrors,
  loadRepository,
  type LoadedDatabase,
  type LoadOptions,
  type Repository,
} from "../use-cases/load.ts";
import type { DatabaseRequest } from "../request/request.ts";
import type { Painted } from "../text/paint.ts";
import type { Bench } from "./bench.ts";
import { today } from "./today.ts";

/** A database whose request is valid. */
export type SoundDatabase = LoadedDatabase & { request: DatabaseRequest };

/** A repository in which everything that was requested is valid. */
export interface CheckedRepository extends Repository {
  databases: SoundDatabase[];
}

interface SoundRepository extends CheckedRepository {
  settings: Settings;
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

type Wanted = Pick<LoadOptions, "databases" | "earlier">;

/** Loads the input of a command; if it has an error, prints every problem and throws. */
export async function loadChecked(bench: Bench, tree: Tree, wanted: Wanted): Promise<CheckedRepository> {
  const loaded = await loadRepository(tree, { ...wanted, today: today(bench) });
  requireNone(bench, loaded);
  return { ...loaded, databases: loaded.databases.map(({ request, ...rest }) => ({ ...rest, request: request! })) };
}

/** The same for commands that need settings: without them nothing can be placed or published. */
export async function loadSound(bench: Bench, tree: Tree, wanted: Wanted): Promise<SoundRepository> {
  const loaded = await loadChecked(bench, tree, wanted);
  const { settings } = loaded;
  if (settings === undefined)
    throw new SeedbedError(
      "settings-missing",
      `There is no ${SETTINGS_PATH}; it defines the sources, registries and clusters.`,
      {
        fix: `Create ${SETTINGS_PATH} with sources, registries, bases and clusters; ${showDocs("docs/reference/settings.md")} has every key and an example. Without it, only seedbed seed <database> --to <folder> works.`,
      },
    );
  return { ...loaded, settings };
}

/** Prints the problems and throws when there is an error among them. */
export function requireNone(bench: Bench, loaded: Repository): void {
  if (!hasErrors(loaded.problems)) return;
  bench.err(showProblems(bench, loaded));
  throw new RequestInvalid(loaded.problems);
}

/** Problems as text for people. */
export function showProblems(bench: Bench, { problems, sources, databases }: Repository): Painted {
  const { color, width } = bench;
  return { painted: renderProblems(problems, sources, { color, width, requests: databases.length }) };
}
