import { type Document, LineCounter, parseAllDocuments, visit } from "yaml";
import type { Problem } from "../problem/problem.ts";
import type { KubernetesObject } from "./manifest-input.ts";
import type { RenderedFile } from "./rendered-file.ts";

/** A document of a manifest file with its first line. */
export interface ManifestDocument {
  path: string;
  line: number;
  value: unknown;
}

export interface ReadManifests {
  documents: ManifestDocument[];
  problems: Problem[];
}

/** Every YAML document of the files, and problems such as text that YAML 1.1 and 1.2 read differently. */
export function readManifests(files: readonly RenderedFile[]): ReadManifests {
  const read = files.map(readFile);
  return { documents: read.flatMap((one) => one.documents), problems: read.flatMap((one) => one.problems) };
}

function readFile(file: RenderedFile): ReadManifests {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(file.text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  const all = "empty" in parsed ? [] : parsed;
  const lineOf = (offset: number): number => Math.max(1, lines.linePos(offset).line);
  const faults = all.flatMap((document) => [...document.errors, ...document.warnings]);
  if (faults.length > 0)
    return {
      documents: [],
      problems: faults.map((fault) =>
        manifestProblem("yaml", { path: file.path, line: lineOf(fault.pos[0]) }, `is not valid YAML: ${fault.message}`),
      ),
    };
  const documents = all.map((document) => ({
    path: file.path,
    line: lineOf(document.contents?.range?.[0] ?? 0),
    value: document.toJS() as unknown,
  }));
  const ambiguous = all.flatMap((document) => findAmbiguous(document, file.path, lineOf));
  return { documents, problems: ambiguous };
}

/** Plain scalars that are a string in YAML 1.2 but not in YAML 1.1, which Fleet and Helm use. */
function findAmbiguous(document: Document, path: string, lineOf: (offset: number) => number): Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Scalar(_, node) {
      const source = node.source ?? "";
      if (node.type !== "PLAIN" || typeof node.value !== "string" || !isOther(source)) return;
      const place = { path, line: lineOf(node.range?.[0] ?? 0) };
      problems.push(
        manifestProblem("unquoted", place, `has ${source} without quotes, which YAML 1.1 does not read as a string`),
      );
    },
    Alias(_, node) {
      const place = { path, line: lineOf(node.range?.[0] ?? 0) };
      problems.push(manifestProblem("alias", place, "uses a YAML alias, which generated manifests never contain"));
    },
  });
  return problems;
}

// yaml.org/type/{bool,int,float,null,timestamp}.html: every plain form that YAML 1.1 does not read as a string.
const yaml11 =
  /^(?:y|n|yes|no|true|false|on|off|~|null|[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])*(?:\.[0-9_]*)?(?:e[-+]?[0-9]+)?|[-+]?0x[0-9a-f_]+|[-+]?\.[0-9_]+(?:e[-+]?[0-9]+)?|[-+]?\.inf|\.nan|=|<<|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t].*)?)$/i;

function isOther(source: string): boolean {
  return yaml11.test(source);
}

/** Whether a document looks like a Kubernetes object with a name. */
export function isKubernetesObject(value: unknown): value is KubernetesObject {
  const object = value as Partial<KubernetesObject> | null;
  if (typeof object !== "object" || object === null) return false;
  const { apiVersion, kind, metadata } = object;
  return typeof apiVersion === "string" && typeof kind === "string" && typeof metadata?.name === "string";
}

/** A problem of a rendered file. These files are never edited by hand, so the fix is always to render again. */
export function manifestProblem(code: string, place: { path: string; line: number }, what: string): Problem {
  return {
    severity: "error",
    code: `manifest-${code}`,
    path: place.path,
    line: place.line,
    column: 1,
    what: `${place.path.split("/").at(-1)} ${what}`,
    why: "Fleet or the cluster would refuse this, misread it, or report it as modified forever",
    fix: "run `seedbed render`; if the problem remains, report it as a bug in Seedbed",
    docs: "docs/reference/manifests.md",
  };
}
