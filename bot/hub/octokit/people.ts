import { SeedbedError } from "../../../src/problem/error.ts";
import type { HubPeople } from "../hub.ts";
import { asRequestError } from "../../../src/github/failure.ts";
import { orNull, type Calls } from "./calls.ts";

/** Users, teams, permissions and rules through the REST API. */
export function createHubPeople({ octokit, at }: Calls): HubPeople {
  return {
    teamMembers: async (team) => {
      const [org = "", team_slug = ""] = team.split("/");
      const path = "GET /orgs/{org}/teams/{team_slug}/members";
      const members = await orNull(octokit.paginate(path, { org, team_slug, per_page: 100 }));
      if (members === null) throw unknownTeam(team);
      return members.map(({ id, login }) => ({ id: String(id), login }));
    },
    permission: async (username) => {
      const path = "GET /repos/{owner}/{repo}/collaborators/{username}/permission";
      const answer = await orNull(octokit.request(path, { ...at, username }));
      const given = answer?.data.permission;
      return given === "admin" || given === "write" || given === "read" ? given : "none";
    },
    user: async (username) => {
      const answer = await orNull(octokit.request("GET /users/{username}", { username }));
      return answer && { id: String(answer.data.id), login: answer.data.login, type: answer.data.type };
    },
    branchRules: async (branch) => {
      const path = "GET /repos/{owner}/{repo}/rules/branches/{branch}";
      const rules = await orNullOnFreePlan(octokit.paginate(path, { ...at, branch, per_page: 100 }));
      if (rules === null) return null;
      return rules.map((rule) => ({
        type: rule.type,
        parameters: ("parameters" in rule ? rule.parameters : {}) as Record<string, unknown>,
      }));
    },
  };
}

/** GitHub says "Upgrade to GitHub Pro or make this repository public to enable this feature." for every kind of owner. */
async function orNullOnFreePlan<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    const failed = asRequestError(error);
    if (failed?.status === 403 && /\bUpgrade to GitHub\b/i.test(failed.message)) return null;
    throw error;
  }
}

function unknownTeam(team: string): SeedbedError {
  return new SeedbedError(
    "team-unknown",
    `GitHub does not know the team ${team}, or the App is not allowed to see it.`,
    {
      fix: `Correct the team in .github/seedbed.yml, or give the App the permission "Members: read" in ${team.split("/")[0]}.`,
    },
  );
}
