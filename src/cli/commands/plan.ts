import { planToJson, renderPlan } from "../../plan/render-plan.ts";
import type { Plan } from "../../plan/plan.ts";
import { planDatabase } from "../../use-cases/plan.ts";
import type { Bench } from "../bench.ts";
import { describeEmpty } from "../incomplete-repository.ts";
import { loadSound, showProblems } from "../loaded.ts";
import type { AddCommand } from "../add-command.ts";
import { listCommitted, readCommitted, NOTHING } from "../committed.ts";
import { renderJson } from "../../text/json.ts";

/** `seedbed plan`: shows what will be exported, created or replaced, and the risks. */
export const addPlan: AddCommand = (program, bench, finish) => {
  program
    .command("plan")
    .description("show what requests will cause (exports, objects, restarts, risks) without connecting to anything")
    .argument("[databases...]", "database names (folders in environments/); default: all")
    .option("--statements", "show every statement that will run on the source, exactly as it will be sent")
    .option("--json", "print the plans as JSON, including statements")
    .action(async (databases: string[], { json, statements }: { json?: boolean; statements?: boolean }) => {
      const checkout = await bench.checkout();
      const earlier = await listCommitted(checkout);
      const loaded = await loadSound(bench, checkout.tree, { databases, earlier });
      // A plan should also show the warnings of validate; the other commands do not repeat them.
      if (loaded.problems.length > 0 && !json) bench.err(showProblems(bench, loaded));
      const plans: Plan[] = [];
      const all = [...loaded.databases, ...loaded.retired];
      const names = all.map(({ database }) => database);
      const committed = await readCommitted(checkout, names);
      for (const after of all) {
        const { before, there } = committed.get(after.database) ?? NOTHING;
        plans.push(planDatabase({ settings: loaded.settings, before, there, after }));
      }
      if (!json) bench.out(describeEmpty(loaded));
      bench.out(
        json
          ? jsonOf(plans)
          : { painted: plans.map((plan) => renderPlan(plan, viewOf(bench, plan, statements))).join("\n") },
      );
      finish(plans.some(({ changes }) => changes.some(({ kind }) => kind === "refuse")) ? 1 : 0);
    });
};

function viewOf({ color, width }: Bench, { database }: Plan, statements = false) {
  return { color, width, ...(statements ? {} : { statementsBy: `seedbed plan ${database} --statements` }) };
}

function jsonOf(plans: Plan[]): string {
  const [only] = plans;
  return plans.length === 1 && only
    ? planToJson(only)
    : renderJson(plans.map((plan) => JSON.parse(planToJson(plan)) as unknown));
}
