import { SeedbedError } from "../../../src/problem/error.ts";
import type { Look, SharedFacts } from "../../decide/looks/look.ts";
import type { Hub, HubPeople } from "../../hub/hub.ts";
import { digestPart } from "../digest-part.ts";
import { readOr } from "../main/unreadable.ts";

/** What the looks depend on, as it is now: each fact is read once, however many of them depend on it. */
export async function readShared(hub: Hub, looks: readonly Look[]): Promise<SharedFacts> {
  const { git, people, repository } = hub;
  const main = await git.head(repository.defaultBranch);
  const paths = new Set(looks.flatMap(({ shared }) => [...shared.parts.keys()]));
  // An answer that a team is unknown counts each time.
  const known = looks.flatMap(({ shared }) => [...shared.teams].filter(([, members]) => members !== null));
  const names = new Set(known.map(([team]) => team));
  const teams = await Promise.all([...names].map(async (team) => [team, await readMembers(people, team)] as const));
  return {
    main,
    parts: main === null ? new Map() : await digestParts(hub, main, paths),
    rules: JSON.stringify(await people.branchRules(repository.defaultBranch)),
    teams: new Map(teams),
  };
}

/** Digests of what a commit has at paths, files or whole folders. */
export async function digestParts(
  hub: Hub,
  commit: string,
  paths: Iterable<string>,
): Promise<ReadonlyMap<string, string>> {
  const tree = await hub.git.treeAt(commit);
  const parts = new Map<string, string>();
  for (const path of paths) parts.set(path, await readOr<string>(digestPart(tree, path), "unreadable"));
  return parts;
}

/** Whether GitHub does not know a team: the settings may name any. */
export function isUnknownTeam(error: unknown): boolean {
  return error instanceof SeedbedError && error.code === "team-unknown";
}

async function readMembers(people: HubPeople, team: string): Promise<string[] | null> {
  try {
    return (await people.teamMembers(team)).map(({ id }) => id);
  } catch (error) {
    if (isUnknownTeam(error)) return null;
    throw error;
  }
}
