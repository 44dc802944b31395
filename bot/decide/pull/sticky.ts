import type { CommentFacts } from "../../hub/pulls.ts";

/** The first line of the bot's sticky comment on a pull request. */
export const STICKY_MARKER = "<!-- seedbed:sticky -->";

/** GitHub refuses more than 65,536 characters; the rest is a reserve for what is added after the merge. */
export const COMMENT_LIMIT = 64_000;

/** The App's own comment with the marker, the oldest if there are several; a marker in anybody else's comment is ignored. */
export function findSticky(
  comments: readonly CommentFacts[],
  { appId, botLogin }: { appId: number; botLogin: string },
): CommentFacts | null {
  const ours = comments.filter(
    ({ body, appId: app, user }) => body.startsWith(STICKY_MARKER) && app === appId && user?.login === botLogin,
  );
  return ours.toSorted((a, b) => Number(a.id) - Number(b.id))[0] ?? null;
}

/** A folded part; its lines are cut first if the comment gets too long. */
export interface Fold {
  /** HTML. */
  title: string;
  /** Text before the lines, such as the opening fence of a block; `close` is the text after them. */
  open: string;
  lines: string[];
  close: string;
}

/** Joins the visible part and the folds of a comment within the limit, shortening the longest fold first. */
export function fitComment(visible: string, folds: readonly Fold[], limit = COMMENT_LIMIT): string {
  const shown = folds.map((fold) => ({ ...fold, shown: fold.lines.length }));
  const text = () => [visible, ...shown.map(renderFold)].join("\n\n");
  while (text().length > limit) {
    const longest = shown.toSorted((a, b) => lengthOf(b) - lengthOf(a))[0];
    if (longest === undefined || longest.shown === 0)
      return `${visible.slice(0, limit - 100)}\n\n(truncated: too long for a comment)`;
    longest.shown = Math.floor(longest.shown / 2);
  }
  return text();
}

type ShownFold = Fold & { shown: number };

function lengthOf({ lines, shown }: ShownFold): number {
  return lines.slice(0, shown).reduce((sum, line) => sum + line.length + 1, 0);
}

function renderFold({ title, open, lines, close, shown }: ShownFold): string {
  const left = lines.length - shown;
  const cut =
    left > 0 ? `\n\n(${left} more ${left === 1 ? "line" : "lines"} omitted; \`seedbed plan\` shows everything)` : "";
  return `<details><summary>${title}</summary>\n\n${open}${lines.slice(0, shown).join("\n")}${close}${cut}\n\n</details>`;
}
