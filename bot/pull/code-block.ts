/** A fenced block that its own text cannot close. */
export function codeBlock(text: string, language = "text"): string {
  const fence = fenceFor(text);
  return `${fence}${language}\n${text.replace(/\n$/, "")}\n${fence}`;
}

/** A fence that does not occur in the text. */
export function fenceFor(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  return "`".repeat(longest + 1);
}
