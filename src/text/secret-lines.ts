const NAMES = "password|passwd|passphrase|pwd|secret|token|api_?key|private_?key|ssh_private_key";

const KEY = new RegExp(`^(?:${NAMES}|password_secret)$`, "i");

const LINE = new RegExp(
  `(?:^|[^a-z0-9_-])(?:${NAMES})["']?\\s*[:=]|\\bpassword_secret["']?\\s*:\\s*[^\\s{#]|\\bidentified\\s+by\\b|PRIVATE KEY`,
  "i",
);

/** A key under which people write secrets. */
export function isSecretKey(name: string): boolean {
  return KEY.test(name);
}

/** Whether a line may contain a secret: it is then never repeated in a log or comment. */
export function looksSecret(line: string): boolean {
  return LINE.test(line);
}
