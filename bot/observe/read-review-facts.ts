import type { People } from "../../src/settings/settings.ts";
import type { Hub, HubPeople } from "../hub/hub.ts";
import type { PullFacts } from "../hub/pulls.ts";
import type { Account, Contributors } from "../decide/reviews/judge-reviews.ts";

/** The accounts of the teams and users in the settings, as GitHub lists them now, without duplicates. */
export async function readApprovers(people: HubPeople, who: People): Promise<Account[]> {
  const teams = await Promise.all(who.teams.map((team) => people.teamMembers(team)));
  const users = await Promise.all(who.users.map((login) => people.user(login)));
  const all = [...teams.flat(), ...users.filter((user) => user !== null)];
  return [...new Map(all.map(({ id, login }) => [id, { id, login }])).values()];
}

/** Everybody who wrote or pushed a change of a pull request. */
export async function readContributors(hub: Hub, pull: PullFacts): Promise<Contributors> {
  const ours = pull.head.repositoryId === hub.repository.id;
  const [commits, pushers] = await Promise.all([
    hub.pulls.commits(pull.number),
    // The App cannot read a fork's activity, so its pushers are unknown.
    ours ? hub.pulls.pushers(pull.head.branch) : [],
  ]);
  return { author: pull.author, commits, pushers };
}
