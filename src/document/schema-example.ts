import type { SchemaNode } from "./schema-book.ts";

/** An example as it would be written in the file. */
export function exampleOf(node: SchemaNode | null): string {
  const example = node?.examples?.[0] ?? node?.default ?? node?.enum?.[0];
  // An empty list as the default shows nothing; an entry of it does.
  if (node?.type === "array" && node.examples === undefined && node.items?.examples !== undefined)
    return `[${exampleOf(node.items)}]`;
  if (example !== undefined) return typeof example === "string" ? quoteWhereNeeded(example) : JSON.stringify(example);
  if (node?.type === "array") return "[…]";
  if (node?.type === "object") return `{ ${(node.required ?? []).map((key) => `${key}: …`).join(", ")} }`;
  return "…";
}

/** Strings that YAML would read as something else, or not at all, need quotes. */
function quoteWhereNeeded(text: string): string {
  return /^[A-Za-z][A-Za-z0-9 /_.@+=-]*$/.test(text) && !/^(?:true|false|null|yes|no)$/i.test(text)
    ? text
    : JSON.stringify(text);
}

/** Longer than whatever has a pattern: nobody means something by it. */
const LONGEST = 1000;

/** The intended value where only case, surrounding spaces, an @ before a login or a unit is wrong; null otherwise. */
export function correctSlip(value: string, node: SchemaNode | null): string | null {
  if (node?.pattern === undefined || value.length > LONGEST) return null;
  const pattern = new RegExp(node.pattern, "u");
  const text = value.trim();
  const unit = text.replace(/\s*([KMGT])i?B?$/i, (_, letter: string) => `${letter.toUpperCase()}i`);
  const tries = [text, text.replace(/^@/, ""), text.toUpperCase(), text.toLowerCase(), unit];
  return tries.find((candidate) => candidate !== value && pattern.test(candidate)) ?? null;
}
