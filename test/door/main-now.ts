import type { DoorFacts } from "../../src/door/door-facts.ts";
import type { MainCommit } from "../../src/ports/main-reader.ts";
import { readMainNow } from "../../src/use-cases/read-main-now.ts";
import { memoryTree } from "../database/memory-tree.ts";
import { approvalOf, NOW, REQUEST, SETTINGS } from "./example-main.ts";

/** What a test changes of main, by path below the database's folder. */
export interface MainChange {
  /** null removes a file. */
  files?: Record<string, string | Buffer | null>;
  modes?: Record<string, string>;
  /** null for no settings. */
  settings?: string | null;
}

/** A main on which hr has an open permit. */
export function goodMain({ files = {}, modes = {}, settings = SETTINGS }: MainChange = {}): MainCommit {
  const texts = { ...REQUEST, "approval.yaml": approvalOf(), ...files };
  const others = ["crm", "sales"].map((name) => [`environments/${name}/database_config.yaml`, "owner: ada\n"]);
  const there = Object.entries(texts).flatMap(([path, text]) => (text === null ? [] : [[hr(path), text] as const]));
  const own = settings === null ? [] : [[".github/seedbed.yml", settings]];
  const tree = memoryTree(
    Object.fromEntries([...own, ...others, ...there]) as Record<string, string | Buffer>,
    Object.fromEntries(Object.entries(modes).map(([path, mode]) => [hr(path), mode])),
  );
  return {
    repository: { id: "812345678", name: "acme/databases", defaultBranch: "main" },
    tip: "a".repeat(40),
    now: NOW,
    tree,
  };
}

function hr(path: string): string {
  return `environments/hr/${path}`;
}

/** A run that may: every change of it is one reason why not. */
export async function goodFacts(
  files: MainChange["files"] = {},
  more: Omit<MainChange, "files"> = {},
): Promise<DoorFacts> {
  const main = goodMain({ files, ...more });
  return {
    run: {
      workflowRef: "acme/databases/.github/workflows/provision.yml@refs/heads/main",
      event: "workflow_dispatch",
      repositoryId: "812345678",
    },
    database: "hr",
    source: "hr-prod",
    main: await readMainNow({ read: async () => main }, "hr"),
  };
}
