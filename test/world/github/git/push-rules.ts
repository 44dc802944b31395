import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Why a push was refused, one line per refused ref. */
export interface RefusedPush {
  user: string;
  ref: string;
  why: string;
}

/** What the hook knows of the ruleset; the REST side keeps it in step. */
export interface PushRules {
  /** `refs/heads/main`. */
  protectedRef: string;
  /** Users that the ruleset lets pass. */
  bypass: string[];
  /** Users whose tokens lack the `workflows` permission. */
  withoutWorkflows: string[];
  /** Users that may write at all. */
  writers: string[];
}

/**
 * A pre-receive hook, run by git itself in the quarantine of the push, so that a refusal is git's own.
 * The user comes from the HTTP server, never from the client. Texts follow what GitHub prints.
 */
const HOOK = `#!/bin/bash
set -u
cd "$GIT_DIR" || exit 1
has() {
  [ -f "seedbed-rules/$1" ] || return 1
  local line
  while IFS= read -r line; do [ "$line" != "$2" ] || return 0; done < "seedbed-rules/$1"
  return 1
}
refuse() {
  printf '%s\\t%s\\t%s\\n' "$REMOTE_USER" "$1" "$2" >> seedbed-rules/refused
  echo "error: $2" >&2
  exit 1
}
protected=$(<seedbed-rules/protected)
while read -r old new ref; do
  has writers "$REMOTE_USER" || refuse "$ref" "Permission to this repository denied to $REMOTE_USER."
  case "$ref" in refs/heads/gh-readonly-queue/*) refuse "$ref" "Branches of the merge queue are read-only." ;; esac
  if has queued "$ref"; then
    refuse "$ref" "GH006: Protected branch update failed for $ref. A pull request for this branch has been added to a merge queue."
  fi
  if [ "$ref" = "$protected" ] && ! has bypass "$REMOTE_USER"; then
    refuse "$ref" "GH013: Repository rule violations found for $ref. Changes must be made through a pull request."
  fi
  if has without-workflows "$REMOTE_USER"; then
    case "$new" in *[!0]*) ;; *) continue ;; esac
    for commit in $(git rev-list "$new" --not --all); do
      touched=$(git diff-tree --root -r -m --no-commit-id --name-only "$commit" -- .github/workflows | head -n 1)
      [ -z "$touched" ] || refuse "$ref" "refusing to allow a GitHub App to create or update workflow \\\`$touched\\\` without \\\`workflows\\\` permission"
    done
  fi
done
`;

/** Installs the hook and the files that it reads. */
export async function installPushRules(repository: string, rules: PushRules): Promise<void> {
  await writePushRules(repository, rules);
  await mkdir(join(repository, "hooks"), { recursive: true });
  const hook = join(repository, "hooks", "pre-receive");
  await writeFile(hook, HOOK);
  await chmod(hook, 0o755);
}

export async function writePushRules(repository: string, rules: PushRules): Promise<void> {
  const folder = join(repository, "seedbed-rules");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "protected"), `${rules.protectedRef}\n`);
  for (const [name, users] of [
    ["bypass", rules.bypass],
    ["without-workflows", rules.withoutWorkflows],
    ["writers", rules.writers],
  ] as const)
    await writeFile(join(folder, name), users.map((user) => `${user}\n`).join(""));
}

/** Tells the hook which branches belong to queued pull requests. */
export async function writeQueuedBranches(repository: string, refs: string[]): Promise<void> {
  await writeFile(join(repository, "seedbed-rules", "queued"), refs.map((ref) => `${ref}\n`).join(""));
}

/** Every refusal so far, in order. */
export async function readRefusedPushes(repository: string): Promise<RefusedPush[]> {
  const text = await readFile(join(repository, "seedbed-rules", "refused"), "utf8").catch(() => "");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [user, ref, why] = line.split("\t") as [string, string, string];
      return { user, ref, why };
    });
}
