import type { Permit } from "./permit.ts";

/** On whose word a permit stands, in a few words. */
export function describeCause(permit: Permit): string {
  switch (permit.cause) {
    case "review": {
      const { pull, reviews } = permit.evidence;
      return `approval by ${reviews.map(({ login }) => `@${login}`).join(", ")} (#${pull})`;
    }
    case "reseed":
    case "retry":
      return `${permit.cause} asked for by @${permit.evidence.login}: ${permit.evidence.reason}`;
    case "refresh":
      return `refresh that was due ${permit.evidence.due}`;
    case "rebuild":
      return `rebuild after the settings' pull request #${permit.evidence.settings_pull}`;
  }
}
