import type { ActionBench } from "./action-ports.ts";
import { listLogins, listSecrets } from "./inputs.ts";
import { hideSecrets, maskForms } from "./masks.ts";

/** Masks every secret input in every form, before anything else is done; what the step then says has none of them. */
export function maskSecrets(bench: ActionBench): ActionBench {
  const forms = [...listSecrets(bench.environment), ...listLogins(bench.environment)].flatMap(maskForms);
  for (const form of forms) bench.output.mask(form);
  return { ...bench, output: hideSecrets(bench.output, forms) };
}
