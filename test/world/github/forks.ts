import { moveHead } from "./pushes.ts";
import { noreply, type Account, type Pull, type State } from "./state.ts";

/** What somebody pushes to the branch of their fork that a pull request comes from; a fork shares its objects with the repository. */
export async function pushToFork(
  state: State,
  pull: Pull,
  { by, edits }: { by: Account; edits: Record<string, string | null> },
): Promise<string> {
  if (pull.headRepositoryId === state.repositoryId) throw new Error(`#${pull.number} does not come from a fork`);
  const changes = await Promise.all(
    Object.entries(edits).map(async ([path, text]) => ({
      path,
      mode: "100644",
      sha: text === null ? null : await state.git.writeBlob(Buffer.from(text)),
    })),
  );
  const who = { ...noreply(by), date: state.now() };
  const tree = await state.git.writeTree(`${pull.headSha}^{tree}`, changes);
  const commit = { tree, parents: [pull.headSha], author: who, committer: who, message: "Change" };
  const sha = await state.git.writeCommit(commit);
  await moveHead(state, pull, { after: sha, change: { by, head: "pushed" } });
  await state.autoMerges.refresh();
  return sha;
}
