import { databaseFileOf, folderOf } from "../../../src/layout/database-folder.ts";
import type { Look, SharedFacts } from "../../decide/looks/look.ts";
import type { Hub, HubPeople } from "../../hub/hub.ts";
import type { PullFacts } from "../../hub/pulls.ts";
import { digestParts, isUnknownTeam } from "./read-shared.ts";

/** The hub for one look at a pull request, and what is asked through it. */
export interface WatchedHub {
  hub: Hub;
  /** What the look depends on; null if it did not read the pull request. */
  finish(): Promise<Omit<Look, "owed"> | null>;
}

/** Notes what a look reads, so that nobody has to say beside it on what a pull request depends. */
export function watchHub(hub: Hub): WatchedHub {
  const seen = new Seen();
  const { git, pulls, people } = hub;
  return {
    hub: {
      ...hub,
      git: {
        ...git,
        head: async (branch) => seen.main(branch === hub.repository.defaultBranch, await git.head(branch)),
        treeAt: async (commit) => {
          const tree = await git.treeAt(commit);
          return { ...tree, read: (path) => (seen.file(path), tree.read(path)) };
        },
      },
      pulls: {
        ...pulls,
        get: async (number) => seen.pull(await pulls.get(number), await hub.gitHubTime()),
        reviews: async (number) => seen.reviews(await pulls.reviews(number)),
      },
      people: watchPeople(people, hub, seen),
    },
    finish: () => seen.finish(hub),
  };
}

function watchPeople(people: HubPeople, { repository }: Hub, seen: Seen): HubPeople {
  return {
    ...people,
    teamMembers: async (team) => {
      try {
        return seen.team(team, await people.teamMembers(team));
      } catch (error) {
        if (isUnknownTeam(error)) seen.team(team, null);
        throw error;
      }
    },
    branchRules: async (branch) => {
      const rules = await people.branchRules(branch);
      return branch === repository.defaultBranch ? seen.rules(rules) : rules;
    },
  };
}

/** What was read first counts: whatever changes during the look is then found by the next one. */
class Seen {
  private first: { pull: PullFacts; at: number } | null = null;
  private head: string | null = null;
  private ruleText: string | null = null;
  private readonly paths = new Set<string>();
  private readonly teams = new Map<string, readonly string[] | null>();
  private readonly reviewers = new Set<string>();

  pull(pull: PullFacts, at: number): PullFacts {
    this.first ??= { pull, at };
    return pull;
  }

  main(isMain: boolean, head: string | null): string | null {
    if (isMain) this.head ??= head;
    return head;
  }

  file(path: string): void {
    const database = databaseFileOf(path)?.database;
    this.paths.add(database === undefined ? path : folderOf(database).path);
  }

  reviews<T extends { user: { id: string } | null }>(reviews: T[]): T[] {
    for (const { user } of reviews) if (user !== null) this.reviewers.add(user.id);
    return reviews;
  }

  team<T extends readonly { id: string }[] | null>(team: string, members: T): T {
    if (!this.teams.has(team)) this.teams.set(team, members && members.map(({ id }) => id));
    return members;
  }

  rules<T>(rules: T): T {
    this.ruleText ??= JSON.stringify(rules);
    return rules;
  }

  async finish(hub: Hub): Promise<Omit<Look, "owed"> | null> {
    if (this.first === null) return null;
    const parts = this.head === null ? new Map<string, string>() : await digestParts(hub, this.head, this.paths);
    const shared: SharedFacts = { main: this.head, parts, rules: this.ruleText, teams: this.teams };
    return { ...this.first, shared, reviewers: this.reviewers };
  }
}
