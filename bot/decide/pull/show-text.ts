/** `2026-11-22 14:03 UTC`. */
export function showTime(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? "an unknown time" : `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** At most so many characters, with a note where the rest was cut. */
export function cutText(text: string, limit: number, note: string): string {
  if (text.length <= limit) return text;
  const end = text.lastIndexOf("\n", limit - note.length - 2);
  return `${text.slice(0, end > 0 ? end : limit - note.length - 2)}\n\n${note}`;
}
