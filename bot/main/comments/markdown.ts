/** Text from outside as a fenced block: it cannot close the block, mention anybody or carry markup. */
export function quoteBlock(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${text.replace(/\r/g, "").slice(0, 8000)}\n${fence}`;
}

/** A link to an Actions run, relative to the page of a pull request or an issue. */
export function linkRun(id: string): string {
  return `[run ${id}](../actions/runs/${id})`;
}
