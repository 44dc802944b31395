import type { ActionBench } from "./action-ports.ts";
import { listLogins, listSecrets } from "./inputs.ts";
import { hideSecrets, maskForms } from "./masks.ts";

/**
 * Masks every secret input in every form, before anything else is done, and every secret that a connection finds elsewhere as
 * soon as it does; what the step then says has none of them.
 */
export function maskSecrets(bench: ActionBench): ActionBench {
  const forms = [...listSecrets(bench.environment), ...listLogins(bench.environment)].flatMap(maskForms);
  for (const form of forms) bench.output.mask(form);
  const output = hideSecrets(bench.output, forms);
  const onSecret = (secret: string) => maskForms(secret).forEach((form) => output.mask(form));
  return { ...bench, output, connect: (credentials) => bench.connect(credentials, onSecret) };
}
