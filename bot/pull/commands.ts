import { findNearNames, joinOr } from "../../src/config/near-names.ts";
import { quote } from "../../src/config/quote.ts";
import type { CommentFacts } from "../hub.ts";
import { plainText, showTime } from "./markdown.ts";
import type { PullState } from "./pull-state.ts";

/** A command as somebody wrote it, or what was wrong with it. */
export type Command = { name: "help" | "validate" | "adopt" } | { name: "unknown"; text: string };

const NAMES = ["help", "validate", "adopt"] as const;
const SHOWN = 5;

/** `/seedbed <word>` alone in a comment; null for any other text. Nothing in it is ever run or passed on. */
export function parseCommand(body: string): Command | null {
  const text = body.trim();
  if (!/^\/seedbed(?![\w-])/.test(text)) return null;
  const word = /^\/seedbed(?:[ \t]+([a-z]+))?$/.exec(text);
  const name = word === null ? undefined : (word[1] ?? "help");
  const known = NAMES.find((candidate) => candidate === name);
  return known === undefined ? { name: "unknown", text: text.slice("/seedbed".length).trim() } : { name: known };
}

export interface GivenCommand {
  comment: CommentFacts & { user: { id: string; login: string; type: string } };
  command: Command;
}

/** Commands of people, oldest first. An edited comment is none: what was asked for must be what stands there. */
export function listCommands(comments: readonly CommentFacts[]): GivenCommand[] {
  return comments.flatMap((comment) => {
    const { user } = comment;
    if (user === null || user.type !== "User" || comment.createdAt !== comment.updatedAt) return [];
    const command = parseCommand(comment.body);
    return command === null ? [] : [{ comment: { ...comment, user }, command }];
  });
}

/** What the sticky comment says about the last commands. */
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
  if (command.name === "validate") return "`/seedbed validate`: looked at again; the checks show what was found.";
  if (command.name === "help") return HELP;
  const why = whyNotAdopt(state, given);
  return why === null ? "`/seedbed adopt`: the request is taken over." : `\`/seedbed adopt\`: ${why}`;
}

const HELP =
  "`/seedbed validate` looks at this pull request again; `/seedbed adopt` copies a fork's request to a branch here (for people who may write); `/seedbed help` says this.";

function answerUnknown(text: string): string {
  const [word = ""] = text.split(/\s/);
  const near = findNearNames(word, NAMES);
  const hint =
    near.length > 0 ? `did you mean ${joinOr(near)}?` : `there are ${joinOr(NAMES)}, each alone in its comment.`;
  return `${plainText(quote(text))} is no command; ${hint}`;
}

/** Why an adoption is not carried out, as a sentence; null when it is. */
export function whyNotAdopt(state: PullState, { comment }: GivenCommand): string | null {
  if (state.pull.head.repositoryId === state.repository.id)
    return "this branch is in this repository already; nothing to take over.";
  const permission = state.permissions[comment.user.login] ?? "none";
  if (permission !== "write" && permission !== "admin")
    return "only somebody who may write to this repository can take a request over.";
  return null;
}
