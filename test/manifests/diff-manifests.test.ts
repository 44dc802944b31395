import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diffManifests } from "../../src/manifests/diff-manifests.ts";
import { diffValues } from "../../src/manifests/diff-values.ts";
import type { RenderedFile } from "../../src/manifests/rendered-file.ts";
import { renderManifests } from "../../src/manifests/render-manifests.ts";
import { hr, reports } from "./example-input.ts";

const before = renderManifests(hr);

function edited(name: string, from: string | RegExp, to: string): RenderedFile[] {
  return before.map((file) => (file.path.endsWith(name) ? { ...file, text: file.text.replace(from, to) } : file));
}

describe("the difference of two trees", () => {
  test("is none for comments, quotes, key order and the place of an object", () => {
    const moved = [...before.slice(0, 4), { path: before[4]!.path, text: `${before[4]!.text}---\n${before[5]!.text}` }];
    const quoted = edited(
      "40-database.yaml",
      "replicas: 1\n  serviceName: oracle-pods",
      '# x\n  serviceName: "oracle-pods"\n  replicas: 1',
    );
    expect(quoted).not.toEqual(before);
    expect(diffManifests(before, moved)).toEqual([]);
    expect(diffManifests(before, quoted)).toEqual([]);
  });

  test("names object, field, old and new, and whether the pod restarts", () => {
    expect(diffManifests(before, edited("40-database.yaml", "periodSeconds: 15", "periodSeconds: 20"))).toEqual([
      {
        object: "StatefulSet/oracle",
        field: "spec.template.spec.containers[oracle].readinessProbe.periodSeconds",
        from: 15,
        to: 20,
        restart: true,
      },
    ]);
    const [annotation] = diffManifests(before, edited("40-database.yaml", 'generation: "4"', 'generation: "5"'));
    expect(annotation).toMatchObject({ field: "metadata.annotations[seedbed.dev/generation]", restart: false });
  });

  test("restarts nothing where the pod only starts or stops", () => {
    const stopped = edited("40-database.yaml", "replicas: 1", "replicas: 0");
    const other = stopped.map((file) => ({
      ...file,
      text: file.text.replace("periodSeconds: 15", "periodSeconds: 20"),
    }));
    expect(diffManifests(stopped, other).map((change) => change.restart)).toEqual([false]);
    expect(diffManifests(before, other).map((change) => change.restart)).toEqual([false, false]);
  });

  test("shows an object that comes or goes whole", () => {
    const [gone] = diffManifests(
      before,
      before.filter((file) => !file.path.endsWith("30-storage.yaml")),
    );
    expect(gone).toMatchObject({ object: "PersistentVolumeClaim/oradata", field: "", to: undefined });
    expect(diffManifests([], renderManifests(reports)).every((change) => change.from === undefined)).toBe(true);
  });

  test("matches entries of a list by their name, so that one more moves none", () => {
    const from = {
      volumes: [
        { name: "a", x: 1 },
        { name: "b", x: 2 },
      ],
    };
    const to = {
      volumes: [
        { name: "c", x: 3 },
        { name: "a", x: 1 },
        { name: "b", x: 5 },
      ],
    };
    expect(diffValues(from, to)).toEqual([
      { field: "volumes[b].x", from: 2, to: 5 },
      { field: "volumes[c]", from: undefined, to: { name: "c", x: 3 } },
    ]);
  });

  test("is none exactly for equal values, and turns around with them", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        expect(diffValues(a, structuredClone(a))).toEqual([]);
        const swap = diffValues(b, a).map(({ field, from, to }) => ({ field, from: to, to: from }));
        const sort = (changes: { field: string }[]): unknown[] =>
          changes.toSorted((x, y) => (x.field < y.field ? -1 : 1));
        expect(sort(diffValues(a, b))).toEqual(sort(swap));
      }),
    );
  });
});
