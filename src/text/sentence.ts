/** A `what`, `why` or `fix` of a Problem as a sentence: with a capital letter and a full stop. */
export function sentence(text: string): string {
  const first = /^[a-z]+(?=[ ,:]|$)/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return /[.?!;]$/.test(first) ? first : `${first}.`;
}
