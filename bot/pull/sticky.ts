import type { CommentFacts } from "../hub.ts";

/** Stands first in the one comment of a pull request. */
export const STICKY_MARKER = "<!-- seedbed:sticky -->";

/** GitHub refuses more than 65,536 characters; some are left for what comes after the merge. */
export const COMMENT_LIMIT = 64_000;

/** The App's own comment with the marker, the oldest where there are two; a marker in anybody else's is nothing. */
export function findSticky(
  comments: readonly CommentFacts[],
  { appId, botLogin }: { appId: number; botLogin: string },
): CommentFacts | null {
  const ours = comments.filter(
    ({ body, appId: app, user }) => body.startsWith(STICKY_MARKER) && app === appId && user?.login === botLogin,
  );
  return ours.toSorted((a, b) => Number(a.id) - Number(b.id))[0] ?? null;
}

/** A part that is folded; its lines are cut first where the comment gets too long. */
export interface Fold {
  title: string;
  /** Text before and after the lines, such as the fences of a block. */
  open: string;
  lines: string[];
  close: string;
}

/** The comment from its visible part and its folds, never longer than the limit: the longest fold gives way first. */
export function fitComment(visible: string, folds: readonly Fold[], limit = COMMENT_LIMIT): string {
  const shown = folds.map((fold) => ({ ...fold, shown: fold.lines.length }));
  const text = () => [visible, ...shown.map(renderFold)].join("\n\n");
  while (text().length > limit) {
    const longest = shown.toSorted((a, b) => lengthOf(b) - lengthOf(a))[0];
    if (longest === undefined || longest.shown === 0)
      return `${visible.slice(0, limit - 100)}\n\n(cut: too long for a comment)`;
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
    left > 0
      ? `\n\n(${left} more ${left === 1 ? "line" : "lines"}: too long for a comment; \`seedbed plan\` shows all)`
      : "";
  return `<details><summary>${title}</summary>\n\n${open}${lines.slice(0, shown).join("\n")}${close}${cut}\n\n</details>`;
}
