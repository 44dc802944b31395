import { explainSize } from "../layout/limits.ts";
import type { Problem } from "../problem/problem.ts";
import { findUnseen } from "../text/unseen.ts";
import { openPlaces, type Place } from "./place.ts";

/** A hand-written text file: its path in the repository, and where its rules are documented. */
export interface TextFile {
  path: string;
  text: string;
  /** Page and anchor. */
  docs: string;
}

const SHOWN_AT_MOST = 5;

/** Problems of a text that are found before it is parsed: its size, and invisible characters. */
export function checkText(file: TextFile): Problem[] {
  const large = explainSize(file.path, Buffer.byteLength(file.text));
  if (large !== null) return [{ severity: "error", path: file.path, line: 1, column: 1, ...large, docs: file.docs }];
  const placeAt = openPlaces(file.text);
  return findUnseen(file.text)
    .slice(0, SHOWN_AT_MOST)
    .map(({ index, character }) => forbidden(file, placeAt(index, 1), character));
}

function forbidden(file: TextFile, place: Place, character: string): Problem {
  const bidirectional = !/[\p{Control}\p{Surrogate}]/u.test(character);
  return {
    severity: "error",
    code: "hidden-character",
    path: file.path,
    ...place,
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
