import type { CommitFacts, PersonFacts } from "../../hub/git.ts";

/** An account: the id identifies it, the login is only shown. */
export interface Account {
  id: string;
  login: string;
}

/** GitHub's own account, which commits what people do with a button: `web-flow`. */
const WEB_FLOW = "19864447";
/** GitHub's account in the place of one that was deleted. */
const GHOST = "10137";

/** Whether an account is exactly one person: others, such as a workflow's token or another App, stand for several. */
export function isPerson(account: PersonFacts | null): boolean {
  return account !== null && account.type === "User" && account.id !== GHOST && account.id !== WEB_FLOW;
}

/** Why nobody can tell who is behind a commit, as a sentence; null if its author and committer are known. */
export function findUnknownAuthor({ sha, author, committer }: CommitFacts, botLogin: string): string | null {
  const commit = `commit ${sha.slice(0, 12)}`;
  const byGitHub = committer?.id === WEB_FLOW;
  const accounts = byGitHub ? [author] : [author, committer];
  const unknown = accounts.filter((account) => !isPerson(account) && account?.login !== botLogin);
  if (unknown.length === 0) return null;
  const [first] = unknown;
  return first === null || first === undefined || first.id === GHOST
    ? `GitHub cannot tell who wrote ${commit}: its author or committer has no GitHub account.`
    : `GitHub cannot tell who wrote ${commit}: \`${first.login}\` is no person's account.`;
}

/** Why nobody can tell who pushed, as a sentence; null if it was a person, or this App. */
export function findUnknownPusher(pusher: PersonFacts | null, botLogin: string): string | null {
  if (isPerson(pusher) || pusher?.login === botLogin) return null;
  return pusher === null || pusher.id === GHOST
    ? "GitHub cannot tell who pushed this branch."
    : `GitHub cannot tell who pushed this branch: \`${pusher.login}\` is no person's account.`;
}

/**
 * Whom a commit's `Co-authored-by` trailers name, by the addresses that GitHub gives its accounts. Anybody may write such
 * trailers: they can only exclude approvers.
 */
export function readCoAuthors(message: string): { id: string | null; login: string }[] {
  const trailers = message.matchAll(
    /^co-authored-by:.*<(?:(\d{1,20})\+)?([^<>@\s]+)@users\.noreply\.github\.com>\s*$/gim,
  );
  return [...trailers].map(([, id, login]) => ({ id: id ?? null, login: login ?? "" }));
}
