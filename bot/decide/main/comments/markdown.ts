import { codeBlock } from "../../../../src/text/markdown.ts";

/** Text from outside as a fenced block, cut to what fits into a comment beside the rest. */
export function quoteBlock(text: string): string {
  return codeBlock(text.replaceAll("\r", "").slice(0, 8000));
}

/** A link to an Actions run, relative to the page of a pull request or an issue. */
export function linkRun(id: string): string {
  return `[run ${id}](../actions/runs/${id})`;
}
