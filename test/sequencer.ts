import { BaseSequencer, type TestSpecification } from "vitest/node";
import type { Project } from "./projects.ts";

/**
 * Whole flows first, which compute; then the clusters, which wait for seconds of a kubelet and for programs that may still be built;
 * then what is short, beside them and to the end.
 */
const ORDER: Project[] = ["unit", "e2e", "cluster", "contract", "world"];

export class Sequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ project }: TestSpecification) => ORDER.indexOf(project.name as Project);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}
