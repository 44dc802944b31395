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
  const shown = folds.map((fold) => render({ ...fold, shown: fold.lines.length }));
  const length = () => shown.reduce((sum, { text }) => sum + text.length + 2, visible.length);
  while (length() > limit) {
    const longest = shown.toSorted((a, b) => b.size - a.size)[0];
    if (longest === undefined || longest.shown === 0)
      return `${visible.slice(0, limit - 100)}\n\n(truncated: too long for a comment)`;
    shown[shown.indexOf(longest)] = render({ ...longest, shown: Math.floor(longest.shown / 2) });
  }
  return [visible, ...shown.map(({ text }) => text)].join("\n\n");
}

type ShownFold = Fold & { shown: number };

/** A fold with its text, and the length of the lines that are shown: a comment of many is joined again and again. */
type RenderedFold = ShownFold & { text: string; size: number };

function render(fold: ShownFold): RenderedFold {
  const size = fold.lines.slice(0, fold.shown).reduce((sum, line) => sum + line.length + 1, 0);
  return { ...fold, size, text: renderFold(fold) };
}

function renderFold({ title, open, lines, close, shown }: ShownFold): string {
  const left = lines.length - shown;
  const cut =
    left > 0 ? `\n\n(${left} more ${left === 1 ? "line" : "lines"} omitted; \`seedbed plan\` shows everything)` : "";
  return `<details><summary>${title}</summary>\n\n${open}${lines.slice(0, shown).join("\n")}${close}${cut}\n\n</details>`;
}
