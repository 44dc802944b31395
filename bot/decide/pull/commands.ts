import { findNearNames, joinOr } from "../../../src/text/near-names.ts";
import { quote } from "../../../src/text/quote.ts";
import { plainText } from "../../../src/text/markdown.ts";
import type { CommentFacts } from "../../hub/pulls.ts";
import { LISTED_COMMITS } from "../reviews/listed-commits.ts";
import { findUnknownAuthor } from "../reviews/people.ts";
import type { PullState } from "./pull-state.ts";
import { showTime } from "./show-text.ts";

/** A command from a comment; `unknown` keeps the text that is not a command. */
export type Command =
  | { name: "help" | "validate" }
  /** With the commit that its author has read, because a fork can be pushed to at any moment; null if none is named. */
  | { name: "adopt"; commit: string | null }
  | { name: "unknown"; text: string };

const NAMES = ["help", "validate", "adopt"] as const;
const SHOWN = 5;

/** Parses `/seedbed <word>` or `/seedbed adopt <commit>`, alone in a comment; null for other texts. Nothing of it is executed. */
export function parseCommand(body: string): Command | null {
  const text = body.trim();
  if (!/^\/seedbed(?![\w-])/.test(text)) return null;
  const [, name, commit] = /^\/seedbed(?:[ \t]+(help|validate|adopt))?(?:[ \t]+([0-9a-f]{40}))?$/.exec(text) ?? [];
  if (name === "adopt") return { name, commit: commit ?? null };
  if ((name === "help" || name === "validate") && commit === undefined) return { name };
  return text === "/seedbed" ? { name: "help" } : { name: "unknown", text: text.slice("/seedbed".length).trim() };
}

export interface GivenCommand {
  comment: CommentFacts & { user: { id: string; login: string; type: string } };
  command: Command;
}

/** Commands of people, oldest first. An edited comment does not count: it may have asked for something else before. */
export function listCommands(comments: readonly CommentFacts[]): GivenCommand[] {
  return comments.flatMap((comment) => {
    const { user } = comment;
    if (user === null || user.type !== "User" || comment.createdAt !== comment.updatedAt) return [];
    const command = parseCommand(comment.body);
    return command === null ? [] : [{ comment: { ...comment, user }, command }];
  });
}

/** The answers to the last commands, as lines for the sticky comment. */
export function answerCommands(state: PullState): string[] {
  return listCommands(state.comments)
    .slice(-SHOWN)
    .map(({ comment, command }) => {
      const { login } = comment.user;
      return `- ${login}, ${showTime(comment.createdAt)}: ${answer(state, { comment, command })}`;
    });
}

function answer(state: PullState, given: GivenCommand): string {
  const { command } = given;
  if (command.name === "unknown") return answerUnknown(command.text);
  if (command.name === "validate") return "`/seedbed validate`: checked again; see the checks for the result.";
  if (command.name === "help") return HELP;
  const why = whyNotAdopt(state, given);
  return why === null
    ? "`/seedbed adopt`: the request is copied to a branch of this repository."
    : `\`/seedbed adopt\`: ${why}`;
}

const HELP =
  "`/seedbed validate` checks this pull request again; `/seedbed adopt <commit>` copies a fork's request at that commit to a branch of this repository (needs write permission); `/seedbed help` shows this help.";

function answerUnknown(text: string): string {
  const [word = ""] = text.split(/\s/);
  const near = findNearNames(word, NAMES);
  const hint = near.length > 0 ? `did you mean ${joinOr(near)}?` : `use ${joinOr(NAMES)}, alone in a comment.`;
  return `${plainText(quote(text))} is not a command; ${hint}`;
}

/** Why an adoption is not carried out, as a sentence; null when it is carried out or has been. */
export function whyNotAdopt(state: PullState, { comment, command }: GivenCommand): string | null {
  if (state.adopted.includes(comment.id)) return null;
  if (state.pull.head.repositoryId === state.repository.id)
    return "this branch is already in this repository; there is nothing to adopt.";
  const permission = state.permissions[comment.user.login] ?? "none";
  if (permission !== "write" && permission !== "admin")
    return "only users with write permission in this repository can adopt a request.";
  const unknown = state.commits.flatMap((commit) => findUnknownAuthor(commit, state.botLogin) ?? [])[0];
  if (unknown !== undefined) return `${unknown} Rewrite the commit with an address of an account first.`;
  if (state.commits.length >= LISTED_COMMITS) return "GitHub does not list all its commits: squash the branch first.";
  const asked = command.name === "adopt" ? command.commit : null;
  if (asked === state.pull.head.sha) return null;
  const how = `comment \`${adoptCommand(state)}\` once you have read it.`;
  if (asked === null) return `the command has to name the commit; ${how}`;
  return `the fork's branch is not at \`${asked.slice(0, 12)}\` but at \`${state.pull.head.sha.slice(0, 12)}\`; ${how}`;
}

/** The command that adopts the fork's request as it is now. */
export function adoptCommand({ pull }: Pick<PullState, "pull">): string {
  return `/seedbed adopt ${pull.head.sha}`;
}
