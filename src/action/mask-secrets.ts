import type { ActionBench } from "./action-ports.ts";
import { listProxySecrets } from "../http/proxies.ts";
import { listLogins, listSecrets } from "./inputs.ts";
import { hideSecrets, maskForms } from "./masks.ts";

/**
 * Masks every secret input and proxy password in every form, before anything else is done, and every secret that a connection
 * finds elsewhere as soon as it does; what the step then says has none of them.
 */
export function maskSecrets(bench: ActionBench): ActionBench {
  const { environment } = bench;
  const secrets = [...listSecrets(environment), ...listLogins(environment), ...listProxySecrets(environment)];
  const forms = secrets.flatMap(maskForms);
  for (const form of forms) bench.output.mask(form);
  const output = hideSecrets(bench.output, forms);
  const onSecret = (secret: string) => maskForms(secret).forEach((form) => output.mask(form));
  return { ...bench, output, connect: (credentials) => bench.connect(credentials, onSecret) };
}
