/** At most so many UTF-16 units of a text, the last of them a mark where more was cut off; never half of a surrogate pair. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = /[\ud800-\udbff]/.test(text.charAt(most - 2)) ? most - 2 : most - 1;
  return `${text.slice(0, end)}…`;
}
