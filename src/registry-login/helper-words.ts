import { showUnseen } from "../text/unseen.ts";

const LONGEST = 400;

/**
 * What a credential helper printed, in one line that is fit for an error: helpers say why they refuse, but some repeat
 * what they read. What may be a login is not quoted at all; values of secrets by their names, logins of URLs, and long
 * words of letters and digits, as tokens are, become ***. Empty where there are no words.
 */
export function quoteHelper(text: string): string {
  const line = showUnseen(text.replaceAll(/\s+/g, " ").trim());
  if (line === "") return "";
  if (/^[[{]/.test(line) || /"(?:secret|username|password|auth|identitytoken)"/i.test(line))
    return "(Its words are not shown, because they may hold a login.)";
  const clean = line.replaceAll(NAMED, "$1***").replaceAll(URL_LOGIN, "$1***@").replaceAll(LONG_WORD, hideToken);
  return clean.length > LONGEST ? `${clean.slice(0, LONGEST)}…` : clean;
}

const NAMED =
  /((?:password|passwd|passphrase|secret|authorization)["']?\s*[:=]\s*["']?(?:(?:basic|bearer)\s+)?)[^\s"',;]+/gi;
const URL_LOGIN = /(\w:\/\/)[^\s/@]+@/g;
const LONG_WORD = /[A-Za-z0-9+/_=~-]{20,}/g;

function hideToken(word: string): string {
  return /\d/.test(word) && /[A-Za-z]/.test(word) ? "***" : word;
}
