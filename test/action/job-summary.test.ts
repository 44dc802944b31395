import { describe, expect, test } from "vitest";
import { renderRefusal, renderSummary } from "../../src/action/job-summary.ts";
import { decide } from "../../src/door/decide.ts";
import { SeedbedError } from "../../src/problem/error.ts";
import type { Failed } from "../../src/lock/seed-result.ts";
import { StageLog } from "../../src/use-cases/stage-log.ts";
import { systemClock } from "../../src/adapters/process/clock.ts";
import { createTerminalLog } from "../../src/adapters/terminal/log.ts";
import { goodFacts } from "../door/main-now.ts";

const GOOD = decide(await goodFacts());

function finished(change: Partial<Failed>) {
  if ("refuse" in GOOD) throw new Error(GOOD.sentence);
  const log = createTerminalLog({ write: () => undefined, interactive: false, now: () => 0 });
  const result: Failed = {
    version: 1,
    repositoryId: "812345678",
    run: "77",
    attempt: 1,
    database: "hr",
    approval: GOOD.go.approval,
    generation: 1,
    outcome: "failed",
    stage: "export",
    code: "source-ora-39095",
    text: "ORA-39095: Dump file space has been exhausted",
    fix: "Free space.",
    leftOnSource: [],
    ...change,
  };
  return { result, pass: GOOD.go, stages: new StageLog(log, systemClock) };
}

describe("the run's page", () => {
  test("a failure shows Oracle's words, the fix, and what is left", () => {
    expect(renderSummary(finished({ leftOnSource: ["job SEEDBED_1_1"] }))).toMatchInlineSnapshot(`
      "## hr: ❌ failed in export, no image, generation 1

      \`\`\`text
      ORA-39095: Dump file space has been exhausted
      \`\`\`

      **To do:** Free space.

      Left on the source: \`job SEEDBED_1_1\`

      approval by grace (#214) · code \`source-ora-39095\` · this permit is spent: a new attempt needs a new one
      "
    `);
  });

  test("a superseded run says that nothing was published", () => {
    expect(renderSummary(finished({ outcome: "superseded", code: "superseded" }))).toContain(
      "⚠️ superseded, nothing published",
    );
  });

  test("a text of the other side can neither close its fence nor write Markdown or HTML", () => {
    const text = "```\n<img src=x onerror=y>\n# heading\n````\n[link](x)";
    const page = renderSummary(finished({ text, fix: "a <b> `c` [d](e) | f" }));
    expect(page).toContain(`\`\`\`\`\`text\n${text}\n\`\`\`\`\``);
    expect(page).toContain("**To do:** a \\<b\\> \\`c\\` \\[d\\](e) \\| f");
  });

  test("a refusal says that nothing was done, why, and what to do", () => {
    const page = renderRefusal("hr", new SeedbedError("permit-expired", "The permit expired.", { fix: "Ask again." }));
    expect(page).toContain("## hr: ❌ refused, nothing was done");
    expect(page).toContain("The permit expired.");
    expect(page).toContain("**To do:** Ask again.");
  });

  test("the name that somebody typed into the form writes no Markdown into a refusal", () => {
    const page = renderRefusal("hr\n# <b>[x](y)", { code: "database-unknown", message: "", fix: "Run `x`." });
    expect(page.split("\n")[0]).toContain("## hr # \\<b\\>\\[x\\](y)");
    expect(page).toContain("**To do:** Run \\`x\\`.");
  });
});
