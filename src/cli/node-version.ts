const LEAST = 24;

/** Why this Node cannot run Seedbed, with a fix; null when it can. */
export function explainOldNode(version: string): string | null {
  if (Number.parseInt(version, 10) >= LEAST) return null;
  return `error[old-node]: Seedbed needs Node ${LEAST} or newer, and this is Node ${version}.
  = fix: Install Node ${LEAST} from https://nodejs.org, or put it first in PATH, then run the command again.
`;
}
