import type { CommentFacts, HubIssues, HubPulls } from "../pulls.ts";
import { writeOnce, type Calls } from "./calls.ts";
import { viewPerson } from "./git.ts";
import { viewTime } from "./times.ts";

type Comments = Pick<HubPulls, "comments" | "writeComment" | "updateComment">;

/** Comments of pull requests and issues. */
export function createHubComments(calls: Calls): Comments {
  return {
    comments: (number) => listComments(calls, number),
    writeComment: (number, body) => writeComment(calls, number, body),
    updateComment: (id, body) => updateComment(calls, id, body),
  };
}

/** Issues opened by the App. */
export function createHubIssues({ octokit, at, clock }: Calls, botLogin: string): HubIssues {
  const ours = async () => {
    const options = { ...at, state: "all" as const, creator: botLogin, per_page: 100 };
    const found = await octokit.paginate("GET /repos/{owner}/{repo}/issues", options);
    return found
      .filter((issue) => issue.pull_request === undefined && viewPerson(issue.user)?.login === botLogin)
      .map(({ number, title }) => ({ number, title }));
  };
  return {
    ours,
    open: (title, body) =>
      writeOnce<number>(
        { octokit, at, clock },
        {
          write: async () =>
            (await octokit.request("POST /repos/{owner}/{repo}/issues", { ...at, title, body })).data.number,
          find: async () => (await ours()).find((issue) => issue.title === title)?.number ?? null,
        },
      ),
  };
}

async function listComments({ octokit, at }: Calls, issue_number: number): Promise<CommentFacts[]> {
  const options = { ...at, issue_number, per_page: 100 };
  const found = await octokit.paginate("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", options);
  return found.map((comment) => ({
    id: String(comment.id),
    user: viewPerson(comment.user),
    appId: (comment.performed_via_github_app as { id?: number } | null | undefined)?.id ?? null,
    body: comment.body ?? "",
    createdAt: viewTime(comment.created_at),
    updatedAt: viewTime(comment.updated_at),
  }));
}

async function writeComment(calls: Calls, issue_number: number, body: string): Promise<void> {
  const { octokit, at } = calls;
  await writeOnce(calls, {
    write: async () => {
      await octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", { ...at, issue_number, body });
      return true;
    },
    find: async () => {
      const mine = await listComments(calls, issue_number);
      return mine.some((comment) => comment.body.trim() === body.trim() && comment.appId !== null) ? true : null;
    },
  });
}

async function updateComment(calls: Calls, id: string, body: string): Promise<void> {
  const options = { ...calls.at, comment_id: Number(id), body };
  await writeOnce(calls, {
    write: () => calls.octokit.request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", options),
    find: () => Promise.resolve(null),
  });
}
