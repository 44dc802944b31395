import type { OraError } from "../../oracle/engine.ts";
import type { Query } from "./ast.ts";
import { ora, tokenize, type Token } from "./tokens.ts";

/** Walks over tokens; every `expect…` refuses what Oracle would refuse with a syntax error. */
export class Reader {
  readonly text: string;
  /** Set by the grammar's entry, so that expressions may hold queries without a cycle of files. */
  readonly subquery: (reader: Reader) => Query;
  private readonly tokens: Token[];
  private index = 0;

  constructor(text: string, subquery: (reader: Reader) => Query) {
    this.text = text;
    this.tokens = tokenize(text);
    this.subquery = subquery;
  }

  get token(): Token {
    return this.tokens[this.index]!;
  }

  ahead(steps: number): Token {
    return this.tokens[Math.min(this.index + steps, this.tokens.length - 1)]!;
  }

  next(): Token {
    const token = this.token;
    if (token.kind !== "end") this.index += 1;
    return token;
  }

  /** Whether the next tokens are these keywords or operators. */
  is(...words: string[]): boolean {
    return words.every((word, step) => {
      const token = this.ahead(step);
      return (token.kind === "name" || token.kind === "op") && token.value === word;
    });
  }

  isOneOf(words: readonly string[]): boolean {
    return words.some((word) => this.is(word));
  }

  accept(...words: string[]): boolean {
    if (!this.is(...words)) return false;
    this.index += words.length;
    return true;
  }

  expect(...words: string[]): void {
    if (!this.accept(...words)) throw this.unexpected(words.join(" "));
  }

  name(): string {
    const token = this.next();
    if (token.kind !== "name" && token.kind !== "quoted") throw this.unexpected("an identifier");
    return token.value;
  }

  textValue(): string {
    const token = this.next();
    if (token.kind !== "text") throw this.unexpected("a text");
    return token.value;
  }

  path(): string[] {
    const names = [this.name()];
    while (this.accept(".")) names.push(this.name());
    return names;
  }

  /** `a, b, c` */
  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.accept(",")) items.push(item());
    return items;
  }

  expectEnd(): void {
    this.accept(";");
    if (this.token.kind !== "end") throw ora(933, `SQL command not properly ended near "${this.token.value}"`);
  }

  unexpected(wanted: string): OraError {
    const { value, line } = this.token;
    return ora(900, `invalid SQL statement: found "${value || "end of text"}" in line ${line}, expected ${wanted}`);
  }
}
