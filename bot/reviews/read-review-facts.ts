import type { People } from "../../src/settings/settings.ts";
import type { CheckFacts, Hub, HubPeople, PullFacts } from "../hub.ts";
import type { Account, Hands } from "./judge-reviews.ts";

/** The accounts behind teams and users of the settings, as GitHub has them now, without doubles. */
export async function readApprovers(people: HubPeople, who: People): Promise<Account[]> {
  const teams = await Promise.all(who.teams.map((team) => people.teamMembers(team)));
  const users = await Promise.all(who.users.map((login) => people.user(login)));
  const all = [...teams.flat(), ...users.filter((user) => user !== null)];
  return [...new Map(all.map(({ id, login }) => [id, { id, login }])).values()];
}

/** Everybody who wrote or pushed what a pull request brings. */
export async function readHands(hub: Hub, pull: PullFacts): Promise<Hands> {
  const ours = pull.head.repositoryId === hub.repository.id;
  const [commits, pushers] = await Promise.all([
    hub.pulls.commits(pull.number),
    // A fork's activity is not ours to read: nobody can say who pushed there.
    ours ? hub.pulls.pushers(pull.head.branch) : [],
  ]);
  return { author: pull.author, commits, pushers };
}

/** When our own check of this name turned green; null when it is not green, or not ours. */
export function greenSince(checks: readonly CheckFacts[], name: string, appId: number): string | null {
  const check = checks.find((candidate) => candidate.name === name && candidate.appId === appId);
  return check?.status === "completed" && check.conclusion === "success" ? check.completedAt : null;
}
