import { checkBundlesRemain } from "../../../../src/manifests/check-bundles-remain.ts";
import type { MainState, Refusals } from "../main-state.ts";
import type { Change } from "./join-changes.ts";
import { isOurPath } from "./our-path.ts";

/**
 * Manifests below folders without a request: nobody has approved them as they are, and Fleet applies whatever it finds. They are left
 * where Fleet would not find anything any more, which it takes for an order to uninstall everything.
 */
export function removeLeftovers({ leftovers, databases, marker }: MainState, refused: Refusals): Change[] {
  const kept = databases.flatMap(({ manifests }) => manifests.map(({ path }) => path));
  const all = [...kept, ...leftovers.flatMap(({ paths }) => paths)];
  if (!marker && checkBundlesRemain(all, kept).length > 0) return [];
  return leftovers.flatMap(({ database, paths }) => {
    const remove = refused.has(database) ? [] : paths.filter(isOurPath);
    const title = `Remove the manifests of ${database}: main has no request for it`;
    return remove.length === 0 ? [] : [{ database, title, write: [], remove }];
  });
}
