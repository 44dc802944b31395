import { Composer, CST, type Document, Lexer, Parser, type YAMLParseError, type YAMLWarning } from "yaml";
import type { Problem } from "../problem/problem.ts";

/**
 * More than any file has that a person or Seedbed writes. Above it the `yaml` package costs more than the text is long: it
 * compares each key of a map with all others, calls itself for each level, and keeps a stack for each error.
 */
export const YAML_LIMITS = { levels: 30, keys: 1000, tokens: 30_000, errors: 100 } as const;

/** What a text has too much of, and the offset at which it has it. */
export type YamlExcess = Pick<Problem, "code" | "what" | "why" | "fix"> & { offset: number };

export interface ComposedYaml {
  /** The first two documents at most: no reader takes more than one. */
  documents: Document.Parsed[];
  /** The first errors and warnings where there are too many to go on: then there is no document. */
  errors: (YAMLParseError | YAMLWarning)[];
}

export interface ComposeOptions {
  stringKeys?: boolean;
}

/** Parses YAML 1.2, strictly and with unique keys, within limits that hold before anything is built of the text. */
export function composeYaml(text: string, options: ComposeOptions = {}): ComposedYaml | YamlExcess {
  const composer = new FirstErrors({ ...options, uniqueKeys: true, strict: true, logLevel: "silent" });
  try {
    return composeTokens(text, composer);
  } catch (error) {
    if (!(error instanceof EnoughErrors)) throw error;
    const { errors, warnings } = composer.streamInfo();
    return { documents: [], errors: [...errors, ...warnings] };
  }
}

function composeTokens(text: string, composer: Composer): ComposedYaml | YamlExcess {
  const documents: Document.Parsed[] = [];
  for (const token of readTokens(text)) {
    if ("code" in token) return token;
    documents.push(...composer.next(token));
    if (documents.length > 1) break;
  }
  documents.push(...composer.end());
  return { documents: documents.slice(0, 2), errors: [] };
}

type Token = Parameters<Composer["next"]>[0];

/** The tokens of the top, each when it is complete; an excess ends them. */
function* readTokens(text: string): Generator<Token | YamlExcess> {
  const parser = new Parser();
  let tokens = 0;
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (!/^[ \t]/.test(lexeme)) tokens += 1;
    const excess = findExcess(parser, tokens);
    if (excess !== null) yield { ...excess, offset: Math.max(0, parser.offset - 1) };
  }
  yield* parser.end();
}

function findExcess({ stack }: Parser, tokens: number): Omit<YamlExcess, "offset"> | null {
  if (stack.length > YAML_LIMITS.levels && stack.filter(CST.isCollection).length > YAML_LIMITS.levels) return TOO_DEEP;
  if (tokens > YAML_LIMITS.tokens) return TOO_LONG;
  const top = stack.at(-1);
  const isMap = top?.type === "block-map" || (top?.type === "flow-collection" && top.start.type === "flow-map-start");
  return isMap && top.items.length > YAML_LIMITS.keys ? TOO_WIDE : null;
}

const TOO_DEEP = {
  code: "yaml-nesting",
  what: "the document is nested too deeply",
  why: `at most ${YAML_LIMITS.levels} levels are allowed`,
  fix: "reduce the nesting",
};
const TOO_WIDE = {
  code: "yaml-keys",
  what: "this map has too many keys",
  why: `at most ${YAML_LIMITS.keys} are allowed`,
  fix: "remove some",
};
const TOO_LONG = {
  code: "yaml-length",
  what: "the document has too many keys, values and signs",
  why: `at most ${YAML_LIMITS.tokens} are allowed`,
  fix: "make it shorter",
};

class EnoughErrors extends Error {}

type OnError = (...args: unknown[]) => void;

/** The package collects errors without end. It can only be stopped in this private field, which is why its version is pinned. */
class FirstErrors extends Composer {
  #count = 0;

  constructor(options: ConstructorParameters<typeof Composer>[0]) {
    super(options);
    const collect = Reflect.get(this, "onError") as OnError | undefined;
    if (typeof collect !== "function") throw new TypeError("The yaml package has no onError any more.");
    Reflect.set(this, "onError", (...args: unknown[]) => {
      this.#countError();
      collect(...args);
    });
  }

  override *next(token: Token): ReturnType<Composer["next"]> {
    if (token.type === "error") this.#countError();
    yield* super.next(token);
  }

  #countError(): void {
    this.#count += 1;
    if (this.#count > YAML_LIMITS.errors) throw new EnoughErrors("enough errors");
  }
}
