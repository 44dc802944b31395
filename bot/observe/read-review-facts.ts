import type { People } from "../../src/settings/settings.ts";
import type { Hub, HubPeople } from "../hub/hub.ts";
import type { PullFacts } from "../hub/pulls.ts";
import type { GateRecord } from "../decide/gate/record.ts";
import type { Contributors } from "../decide/reviews/judge-reviews.ts";
import type { Account } from "../decide/reviews/people.ts";

/** The accounts of the teams and users in the settings, as GitHub lists them now, without duplicates. */
export async function readApprovers(people: HubPeople, who: People): Promise<Account[]> {
  const teams = await Promise.all(who.teams.map((team) => people.teamMembers(team)));
  const users = await Promise.all(who.users.map((login) => people.user(login)));
  const all = [...teams.flat(), ...users.filter((user) => user !== null)];
  return [...new Map(all.map(({ id, login }) => [id, { id, login }])).values()];
}

/**
 * Everybody who wrote or pushed a change of a pull request that is merged: its branch may be gone, and with it what GitHub knows of
 * its pushes. The bot's own record has them.
 */
export async function readContributors(hub: Hub, pull: PullFacts, record: GateRecord | null): Promise<Contributors> {
  const commits = await hub.pulls.commits(pull.number);
  const updates = new Set(record?.updates);
  return {
    author: pull.author,
    commits: commits.filter(({ sha }) => !updates.has(sha)),
    pushers: record?.pushers ?? (await readPushers(hub, pull)),
    botLogin: hub.botLogin,
  };
}

/** The App cannot read a fork's activity: its pushers are unknown. */
async function readPushers(hub: Hub, { head }: PullFacts): Promise<Contributors["pushers"]> {
  if (head.repositoryId !== hub.repository.id) return [];
  const pushes = await hub.pulls.pushesSince(head.branch, 0);
  return pushes.filter(({ kind }) => kind !== "branch_deletion").map(({ actor }) => actor);
}
