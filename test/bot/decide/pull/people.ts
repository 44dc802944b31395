import type { PersonFacts } from "../../../../bot/hub/git.ts";
import type { PushFacts } from "../../../../bot/hub/pulls.ts";

export function commitBy(person: PersonFacts | null, sha: string) {
  return { sha, parents: [], message: "Change", author: person, committer: person };
}

export function personOf(id: string, login: string, type = "User"): PersonFacts {
  return { id, login, type };
}

/** The push that made a commit the head, long before everything else. */
export function pushBy(actor: PersonFacts | null, after: string): PushFacts {
  return { id: "1", at: "2026-11-22T06:00:00Z", before: "0".repeat(40), after, kind: "branch_creation", actor };
}
