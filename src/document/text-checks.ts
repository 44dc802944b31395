import type { Problem } from "../problem/problem.ts";
import { findUnseen } from "../text/unseen.ts";
import { placeInText } from "./place.ts";

/** A hand-written text file: its path in the repository, and where its rules are documented. */
export interface TextFile {
  path: string;
  text: string;
  /** Page and anchor. */
  docs: string;
  maxBytes: number;
}

const SHOWN_AT_MOST = 5;

/** Problems of a text that are found before it is parsed: its size, and invisible characters. */
export function checkText(file: TextFile): Problem[] {
  const bytes = new TextEncoder().encode(file.text).length;
  if (bytes > file.maxBytes) return [tooLarge(file, bytes)];
  return findUnseen(file.text)
    .slice(0, SHOWN_AT_MOST)
    .map(({ index, character }) => forbidden(file, index, character));
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
  const bidirectional = !/[\p{Control}\p{Surrogate}]/u.test(character);
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
