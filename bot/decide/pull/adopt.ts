import { folderOf, databaseFileOf } from "../../../src/layout/database-folder.ts";
import type { BranchChange } from "../../hub/git.ts";
import { renderAdoption } from "../reviews/adoption.ts";
import { findTouched } from "../gate/changed-paths.ts";
import { listCommands, whyNotAdopt } from "./commands.ts";
import type { PullState } from "./pull-state.ts";
import { isPerson, readCoAuthors } from "../reviews/people.ts";

/** A fork's request, copied to a branch of this repository. */
export interface Adoption {
  /** Id of the comment that asked for it. */
  comment: string;
  /** The files as they are at the fork's head; the branch starts at main. */
  change: Omit<BranchChange, "expectedHead">;
}

/** The branch that a fork's request is copied to. */
export function adoptionBranch(number: number): string {
  return `seedbed/adopt-${number}`;
}

/** The newest `/seedbed adopt` of a user with write permission that has not been carried out yet. */
export function decideAdoption(state: PullState, badEntries: boolean): Adoption | null {
  const asked = listCommands(state.comments).filter(
    (given) => given.command.name === "adopt" && whyNotAdopt(state, given) === null,
  );
  const given = asked.at(-1);
  if (given === undefined || badEntries || state.adopted.includes(given.comment.id)) return null;
  const { write, remove } = listRequestFiles(state);
  if (write.length + remove.length === 0) return null;
  const { user } = given.comment;
  const { pull } = state;
  const trailers = renderAdoption({
    fork: `repository-${pull.head.repositoryId ?? "deleted"}@${pull.head.sha}`,
    authors: listAuthors(state),
    adopter: { id: user.id, login: user.login },
  });
  const message = `Adopt the request of #${pull.number}\n\n${trailers}Adopted-Comment: ${given.comment.id}\n`;
  return { comment: given.comment.id, change: { branch: adoptionBranch(pull.number), message, write, remove } };
}

/** Each once; whoever pushed to a fork GitHub does not say. */
function listAuthors({ pull, commits }: PullState): { id: string; login: string }[] {
  const named = commits.flatMap(({ author, committer }) => [author, committer]).filter((account) => isPerson(account));
  const coAuthors = commits.flatMap(({ message }) => readCoAuthors(message)).filter(({ id }) => id !== null);
  const all = [pull.author, ...named, ...coAuthors].map((one) => ({ id: one?.id ?? "", login: one?.login ?? "" }));
  return [...new Map(all.map((one) => [one.id, one])).values()];
}

/** Ids of the comments whose adoption a commit message of the bot records. */
export function readAdoptedComments(message: string): string[] {
  return [...message.matchAll(/^Adopted-Comment: (\d+)$/gm)].map(([, id]) => id ?? "");
}

/** Hand-written files of the changed databases: nothing in .github, nothing generated. */
function listRequestFiles({ main, result }: PullState): Pick<BranchChange, "write" | "remove"> {
  const { databases } = findTouched(main.entries, result.entries);
  const write = databases.flatMap((database) =>
    Object.entries(result.contents[database]?.files.files ?? {}).map(([path, text]) => ({
      path: folderOf(database).at(path),
      text,
    })),
  );
  const there = new Set(write.map(({ path }) => path));
  const remove = main.entries
    .map(({ path }) => path)
    .filter((path) => {
      const file = databaseFileOf(path);
      return file !== null && databases.includes(file.database) && !file.generated && !there.has(path);
    });
  return { write, remove };
}
