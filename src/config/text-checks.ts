import type { Problem } from "../problem.ts";
import { placeInText } from "./place.ts";

/** A hand-written text file: its path in the repository, and where its rules are documented. */
export interface TextFile {
  path: string;
  text: string;
  /** Page and anchor. */
  docs: string;
  maxBytes: number;
}

/**
 * Characters that a reviewer cannot see or that programs interpret differently: controls, lone surrogates, and the
 * bidirectional marks that let a line look like another one (Unicode Technical Report 36, CVE-2021-42574).
 */
const FORBIDDEN =
  // oxlint-disable-next-line no-control-regex -- finding control characters is the point
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\r(?!\n)|\p{Surrogate}/gu;

const SHOWN_AT_MOST = 5;

/** Problems of a text that are found before it is parsed: its size, and invisible characters. */
export function checkText(file: TextFile): Problem[] {
  const bytes = new TextEncoder().encode(file.text).length;
  if (bytes > file.maxBytes) return [tooLarge(file, bytes)];
  return [...file.text.matchAll(FORBIDDEN)]
    .slice(0, SHOWN_AT_MOST)
    .map((match) => forbidden(file, match.index, match[0]));
}

function tooLarge(file: TextFile, bytes: number): Problem {
  return {
    severity: "error",
    code: "file-too-large",
    path: file.path,
    line: 1,
    column: 1,
    what: `the file has ${bytes} bytes`,
    why: `at most ${file.maxBytes} bytes (${file.maxBytes / 1024} KiB) are allowed`,
    fix: "make it smaller",
    docs: file.docs,
  };
}

function forbidden(file: TextFile, offset: number, character: string): Problem {
  const bidirectional = /[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/.test(character);
  return {
    severity: "error",
    code: "hidden-character",
    path: file.path,
    ...placeInText(file.text, offset, 1),
    what: `this is the character ${nameCharacter(character)}`,
    why: bidirectional
      ? "it is invisible, so a reviewer would read something other than what runs"
      : "control characters are not allowed in this file",
    fix: character === "\r" ? "end lines with LF or CRLF" : "remove it",
    docs: file.docs,
  };
}

function nameCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}
