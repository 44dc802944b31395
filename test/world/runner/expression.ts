/** Values of the contexts that an expression may name. */
export type Contexts = Record<string, unknown>;

/** Contexts in which GitHub gives an empty string for a name that is not set. */
const OPEN = new Set(["secrets", "vars"]);

/** Something in a workflow that this runner does not carry out: the test must fail, and not go on as if. */
export class UnknownToRunner extends Error {
  override readonly name = "UnknownToRunner";
}

const EXPRESSION = /\$\{\{(.*?)\}\}/gs;

/** A text with `${{ }}` in it. A text that is one expression alone keeps the expression's value. */
export function interpolate(text: unknown, contexts: Contexts): unknown {
  if (typeof text !== "string") return text;
  const whole = /^\$\{\{(.*?)\}\}$/s.exec(text.trim());
  if (whole && !whole[1]!.includes("${{")) return evaluate(whole[1]!, contexts);
  return text.replace(EXPRESSION, (_all, expression: string) => toText(evaluate(expression, contexts)));
}

/** The same as text. */
export function interpolateText(text: unknown, contexts: Contexts): string {
  return toText(interpolate(text, contexts));
}

/** One expression of the few that the shipped workflow uses: a path through the contexts, or fromJSON of one. */
export function evaluate(expression: string, contexts: Contexts): unknown {
  const trimmed = expression.trim();
  const json = /^fromJSON\((.*)\)$/s.exec(trimmed);
  if (json) return JSON.parse(toText(evaluate(json[1]!, contexts)));
  if (!/^[a-z_]\w*(\.[A-Za-z_][\w-]*)+$/.test(trimmed)) throw new UnknownToRunner(`the expression ${trimmed}`);
  return follow(trimmed.split("."), contexts);
}

function follow([root, ...names]: string[], contexts: Contexts): unknown {
  if (root === undefined || !Object.hasOwn(contexts, root)) throw new UnknownToRunner(`the context ${root} here`);
  let value: unknown = contexts[root];
  for (const [index, name] of names.entries()) {
    const known = typeof value === "object" && value !== null && Object.hasOwn(value, name);
    if (!known && index === 0 && OPEN.has(root)) return "";
    if (!known) throw new UnknownToRunner(`${[root, ...names].join(".")}: there is no ${name}`);
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

function toText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value as string | number | boolean);
}
