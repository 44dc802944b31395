import { folderOf, placeOf } from "../../src/layout/database-folder.ts";
import type { BranchChange } from "../hub.ts";
import { renderAdoption } from "../reviews/adoption.ts";
import { findTouched } from "./changed-paths.ts";
import { listCommands, whyNotAdopt } from "./commands.ts";
import type { PullState } from "./pull-state.ts";

/** A fork's request on a branch of ours. */
export interface Adoption {
  /** Comment that asked for it. */
  comment: string;
  /** Files as the fork's head has them; the branch begins at main. */
  change: Omit<BranchChange, "expectedHead">;
}

/** Branch that a fork's request is taken over to. */
export function adoptionBranch(number: number): string {
  return `seedbed/adopt-${number}`;
}

/** The newest adoption that is asked for by somebody who may, and not done yet. */
export function decideAdoption(state: PullState, badEntries: boolean): Adoption | null {
  const asked = listCommands(state.comments).filter(
    (given) => given.command.name === "adopt" && whyNotAdopt(state, given) === null,
  );
  const given = asked.at(-1);
  if (given === undefined || badEntries || state.adopted.includes(given.comment.id)) return null;
  const { write, remove } = listRequestFiles(state);
  if (write.length + remove.length === 0) return null;
  const { user } = given.comment;
  const { pull, head } = state;
  const trailers = renderAdoption({
    fork: `repository-${pull.head.repositoryId ?? "deleted"}@${head.commit}`,
    author: pull.author,
    adopter: { id: user.id, login: user.login },
  });
  const message = `Take over the request of #${pull.number}\n\n${trailers}Adopted-Comment: ${given.comment.id}\n`;
  return { comment: given.comment.id, change: { branch: adoptionBranch(pull.number), message, write, remove } };
}

/** Comments whose adoption a commit message of ours tells. */
export function readAdoptedComments(message: string): string[] {
  return [...message.matchAll(/^Adopted-Comment: (\d+)$/gm)].map(([, id]) => id ?? "");
}

/** Hand-written files of the touched databases: nothing below .github, nothing generated. */
function listRequestFiles({ base, head }: PullState): Pick<BranchChange, "write" | "remove"> {
  const { databases } = findTouched(base.entries, head.entries);
  const write = databases.flatMap((database) =>
    Object.entries(head.databases[database]?.files.files ?? {}).map(([path, text]) => ({
      path: folderOf(database).at(path),
      text,
    })),
  );
  const there = new Set(write.map(({ path }) => path));
  const remove = base.entries
    .map(({ path }) => path)
    .filter((path) => {
      const place = placeOf(path);
      return place !== null && databases.includes(place.database) && !place.generated && !there.has(path);
    });
  return { write, remove };
}
