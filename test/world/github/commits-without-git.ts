import { afterRefUpdate, mayPush, moveHead, whyQueued } from "./pushes.ts";
import { isWriter, noreply, type Account, type Pull, type State } from "./state.ts";

interface Edit {
  by: Account;
  edits: Record<string, string | null>;
}

/** What somebody pushes to the branch of their fork that a pull request comes from; a fork shares its objects with the repository. */
export async function pushToFork(state: State, pull: Pull, { by, edits }: Edit): Promise<string> {
  if (pull.headRepositoryId === state.repositoryId) throw new Error(`#${pull.number} does not come from a fork`);
  const sha = await writeEdits(state, pull.headSha, { edits, author: noreply(by), committer: noreply(by) });
  await moveHead(state, pull, { after: sha, change: { by, head: "pushed" } });
  await state.autoMerges.refresh();
  return sha;
}

/** A commit in the browser, whose committer is GitHub; null, or what GitHub objects to. */
export async function editOnline(state: State, branch: string, { by, edits }: Edit): Promise<string | null> {
  const ref = `refs/heads/${branch}`;
  const before = await state.git.resolve(ref);
  if (before === null) return "Branch not found";
  if (!isWriter(state, by)) return "Must have write access.";
  if (!mayPush(state, ref, by)) return "Changes must be made through a pull request.";
  const queued = whyQueued(state, ref);
  if (queued !== null) return queued;
  const github = { name: "GitHub", email: "noreply@github.com" };
  const after = await writeEdits(state, before, { edits, author: noreply(by), committer: github });
  if (!(await state.git.updateRef(ref, after, before))) return "Somebody else was faster";
  await afterRefUpdate(state, { ref, before, after, actor: by });
  return null;
}

interface Identity {
  name: string;
  email: string;
}

async function writeEdits(
  state: State,
  parent: string,
  { edits, author, committer }: { edits: Edit["edits"]; author: Identity; committer: Identity },
): Promise<string> {
  const { git } = state;
  const changes = await Promise.all(
    Object.entries(edits).map(async ([path, text]) => ({
      path,
      mode: "100644",
      sha: text === null ? null : await git.writeBlob(Buffer.from(text)),
    })),
  );
  const tree = await git.writeTree(`${parent}^{tree}`, changes);
  const date = state.now();
  const people = { author: { ...author, date }, committer: { ...committer, date } };
  return git.writeCommit({ tree, parents: [parent], ...people, message: "Change" });
}
