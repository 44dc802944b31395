import { ALL_PULLS, MAIN, MERGE_GROUPS, PUSHED } from "./keys.ts";

/** The parts of a webhook that are used: the repository, and what to reconcile. Everything else is read from GitHub. */
interface Payload {
  action?: string;
  number?: number;
  ref?: string;
  repository?: { id?: number };
  pull_request?: { number?: number };
  issue?: { number?: number; pull_request?: object };
  check_run?: { head_sha?: string };
  check_suite?: { head_sha?: string };
}

/** The keys to reconcile after a webhook: `main`, `pulls`, `pushes`, `pull/12`, `comments/12`, `head/<sha>`, `merge-groups`. */
export function readEvent(name: string, payload: object, defaultBranch: string): string[] {
  const event = payload as Payload;
  switch (name) {
    case "pull_request":
    case "pull_request_review":
      return [...pullOf(event), ...(event.action === "closed" ? [MAIN] : [])];
    case "issue_comment":
      return commentsOf(event.issue ?? {});
    case "push":
      return event.ref === `refs/heads/${defaultBranch}` ? [MAIN, ALL_PULLS, PUSHED] : [];
    case "workflow_run":
      return [MAIN];
    case "check_run":
    case "check_suite":
      return event.action === "rerequested" ? headOf(event.check_run ?? event.check_suite) : [];
    case "merge_group":
      // Which groups there are, and on what, GitHub is asked: a webhook could name any commits.
      return event.action === "checks_requested" ? [MERGE_GROUPS] : [];
    default:
      return [];
  }
}

/** The id of a webhook's repository, which a change of its name keeps. */
export function repositoryOf(payload: object): string {
  return String((payload as Payload).repository?.id ?? "");
}

/** Main writes in pull requests that are merged, and in issues. */
function commentsOf({ number, pull_request }: NonNullable<Payload["issue"]>): string[] {
  const [pull] = pullOf({ number });
  if (pull === undefined) return [];
  return [...(pull_request === undefined ? [] : [pull]), `comments/${number}`];
}

function pullOf({
  number,
  pull_request,
}: {
  number?: number | undefined;
  pull_request?: { number?: number };
}): string[] {
  const wanted = pull_request?.number ?? number;
  return Number.isSafeInteger(wanted) && Number(wanted) > 0 ? [`pull/${wanted}`] : [];
}

function headOf(check: { head_sha?: string } | undefined): string[] {
  return isSha(check?.head_sha) ? [`head/${check?.head_sha}`] : [];
}

function isSha(text: string | undefined): boolean {
  return /^[0-9a-f]{40}$/.test(text ?? "");
}
