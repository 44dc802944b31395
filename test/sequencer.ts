import { BaseSequencer, type TestSpecification } from "vitest/node";

/** So many flows begin first, because they compute most: those that kill at every moment, and the largest files. */
const FLOWS = 70;

/**
 * Long flows; then the clusters, which wait for a kubelet and for programs that may still be built, and the real containers beside them;
 * then what is short, until nothing is left to wait for.
 */
export class Sequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const of = (project: string) => sorted.filter((file) => file.project.name === project);
    const flows = of("e2e").toSorted((a, b) => Number(isKill(b)) - Number(isKill(a)));
    const parts = [of("unit"), flows.slice(0, FLOWS), of("cluster"), of("contract"), flows.slice(FLOWS), of("world")];
    return parts.flat();
  }
}

function isKill({ moduleId }: TestSpecification): boolean {
  return /\/kill[\w-]*\.test\.ts$/.test(moduleId);
}
