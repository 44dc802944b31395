/** As many repetitions as fit into so many characters. */
function fill(length: number, part: string, before = "", after = ""): string {
  return before + part.repeat(Math.max(0, Math.floor((length - before.length - after.length) / part.length))) + after;
}

function number(length: number, part: (index: number) => string): string {
  let text = "";
  for (let index = 0; text.length + 40 < length; index += 1) text += part(index);
  return text;
}

/** YAML that costs its readers more than it is long, each of about so many characters. */
export const HOSTILE_YAML: Record<string, (length: number) => string> = {
  "unknown keys": (length) => number(length, (index) => `k${index}: 1\n`),
  "keys in braces": (length) => `a: {${number(length, (index) => `${index.toString(36)},`)}}`,
  "the same key again and again": (length) => fill(length, "a: 1\n"),
  "brackets without end": (length) => fill(length, "["),
  "brackets with their ends": (length) => "[".repeat(length / 2) + "]".repeat(length / 2),
  "brackets of each line": (length) => number(length, (index) => `k${index}: [1\n`),
  "ends of brackets": (length) => fill(length, "]"),
  "maps in maps": (length) => fill(length, "{a: "),
  "lists in lists": (length) => fill(length, "- "),
  "explicit keys in explicit keys": (length) => fill(length, "? "),
  "levels of indentation": (length) => {
    let text = "";
    for (let level = 0; text.length + level < length - 3; level += 1) text += `${" ".repeat(level)}a:\n`;
    return text;
  },
  "a long list": (length) => fill(length, "1,", "a: [", "]"),
  "lines of a list": (length) => fill(length, "- 1\n", "a:\n"),
  "keys that are lists": (length) => fill(length, "[1]: 1,", "a: {", "}"),
  "commas alone": (length) => fill(length, ",", "[", "]"),
  "colons alone": (length) => fill(length, ":\n"),
  aliases: (length) => fill(length, "*x,", "a: &x 1\nb: [", "]"),
  "aliases to nothing": (length) => number(length, (index) => `k${index}: *b\n`),
  "stars without quotes": (length) => fill(length, "- * 1\n", "a:\n"),
  anchors: (length) => fill(length, "&x 1,", "a: [", "]"),
  tags: (length) => fill(length, "!x 1,", "a: [", "]"),
  "signs that could begin a tag": (length) => `a: !x${"&".repeat(Math.min(length, 100))} #c\n  &b 1\n`,
  "merge keys": (length) => fill(length, "<<: {},", "a: {", "}"),
  documents: (length) => fill(length, "--- a\n"),
  directives: (length) => fill(length, "%A b\n", "", "---\na: 1\n"),
  "directives of tags": (length) => `${number(length, (index) => `%TAG !${index.toString(36)}! x\n`)}---\na: 1\n`,
  tabs: (length) => fill(length, "\ta: 1\n", "a:\n"),
  quotes: (length) => fill(length, '"'),
  "pairs of quotes": (length) => fill(length, '"" ', "a: [", "]"),
  "escapes that are none": (length) => fill(length, "\\x", 'a: "', '"'),
  "second colons": (length) => fill(length, "a: b: c\n"),
  "wrong indentation": (length) => fill(length, "a:\n  b: 1\n c: 2\n"),
  comments: (length) => fill(length, "#\n"),
  "empty lines": (length) => fill(length, "\n"),
  "blanks before a letter": (length) => fill(length, " ", "a: *b", "x"),
  "a long text": (length) => fill(length, "x", "a: "),
  "a long key": (length) => `? "${"x".repeat(length - 10)}"\n: 1\n`,
  "lines of a text": (length) => fill(length, " b\n", "a: |\n"),
  "characters that nobody sees": (length) => fill(Math.floor(length / 3), "\u200b", "a: "),
};

/** SQL that costs its reader more than it is long. */
export const HOSTILE_SQL: Record<string, (length: number) => string> = {
  "slashes alone": (length) => fill(length, "/\n"),
  "dots alone": (length) => fill(length, "x\n.\n"),
  "statements that leave the database": (length) => fill(length, "alter session set container\n"),
  "the same on one line": (length) => fill(length, "alter session set container "),
  "beginnings of them": (length) => fill(length, `alter${" ".repeat(500)}`),
  "commands that are refused": (length) => fill(length, "exit\n"),
  "beginnings of comments": (length) => fill(length, "/*"),
  "quotes alone": (length) => fill(length, "'"),
  "literals of one's own end": (length) => fill(length, "q'["),
  blanks: (length) => fill(length, " ", "x", "x;"),
  "empty lines": (length) => fill(length, "\n"),
  "lines that may hold a secret": (length) => fill(length, "token:\n"),
  "one long line": (length) => fill(length, "x"),
};
