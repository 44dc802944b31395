import type { Finding } from "../../document/finding.ts";
import { showSteps, type Steps } from "../../document/place.ts";
import { canonicalQuantity, wholeOf } from "../../document/quantity.ts";
import { findProfile, isFree, listEntries, type Rule, type RuleInput } from "../rule.ts";

/** Sizes: written in their canonical form, and large enough for what they hold. */
export const checkSizes: Rule = (input) => [
  ...checkQuantities(input),
  ...checkCores(input),
  ...checkTablespaceSizes(input),
];

interface Quantity {
  at: Steps;
  text: string | undefined;
  least: string;
  why: string;
}

function checkQuantities(input: RuleInput): Finding[] {
  const { draft } = input;
  const database = draft.database;
  const piece = draft.source_database?.export?.piece_size;
  const quantities: Quantity[] = [
    {
      at: ["database", "storage", "size"],
      text: database?.storage?.size,
      least: "10Gi",
      why: "an empty database, its logs and the import need at least that much",
    },
    {
      at: ["database", "resources", "memory"],
      text: database?.resources?.memory,
      ...(findProfile(input) === "ee-19c"
        ? { least: "4Gi", why: "an Enterprise Edition instance and the import beside it need this much memory" }
        : { least: "2Gi", why: "Oracle's images do not start with less memory" }),
    },
    {
      at: ["source_database", "export", "piece_size"],
      text: piece,
      least: "1Mi",
      why: "smaller dump files cost time and use up layers",
    },
  ];
  return [...quantities.flatMap(checkQuantity), ...checkPiece(piece)];
}

function checkQuantity({ at, text, least, why }: Quantity): Finding[] {
  if (text === undefined) return [];
  const name = showSteps(at);
  if (wholeOf(text) < wholeOf(least))
    return [{ code: "too-small", at, what: `${name} is ${text}, below ${least}`, why, fix: `write ${least} or more` }];
  return checkCanonical(at, text);
}

/** 1024Mi and 1Gi are equal to Kubernetes, but not in a comparison of files. */
function checkCanonical(at: Steps, text: string | undefined): Finding[] {
  if (text === undefined || canonicalQuantity(text) === text) return [];
  const canonical = canonicalQuantity(text);
  const why = "amounts are written in one canonical form so that diffs show only real changes";
  return [
    {
      code: "not-canonical",
      at,
      what: `${text} is ${canonical}`,
      why,
      fix: `write ${canonical}`,
    },
  ];
}

function checkPiece(text: string | undefined): Finding[] {
  if (text === undefined || wholeOf(text) <= wholeOf("10Gi")) return [];
  const why = "each dump file becomes one layer of the image, and several registries refuse layers above 10 GB";
  return [
    {
      severity: "warning",
      code: "large-piece",
      at: ["source_database", "export", "piece_size"],
      what: `a piece size of ${text} is very large`,
      why,
      fix: "write a size from 1Gi to 10Gi",
    },
  ];
}

function checkCores(input: RuleInput): Finding[] {
  const at = ["database", "resources", "cpu"];
  const text = input.draft.database?.resources?.cpu;
  if (text === undefined) return [];
  if (text.endsWith("m") && canonicalQuantity(text) !== text) {
    const whole = `"${canonicalQuantity(text)}"`;
    return [
      {
        code: "not-canonical",
        at,
        what: `${text} is ${whole}`,
        why: "amounts are written in one canonical form",
        fix: `write ${whole}`,
      },
    ];
  }
  if (!isFree(input) || wholeOf(text) <= 2n) return [];
  return [
    {
      severity: "warning",
      code: "unused-cores",
      at,
      what: `${text} cores are more than the database can use`,
      why: "Oracle Database Free uses at most two",
      fix: 'write "2"',
    },
  ];
}

function checkTablespaceSizes({ draft }: RuleInput): Finding[] {
  return listEntries(draft.database?.tablespaces).flatMap(({ index, entry }) => {
    const at = ["database", "tablespaces", index];
    const { size, max_size: most } = entry;
    const forms = [...checkCanonical([...at, "size"], size), ...checkCanonical([...at, "max_size"], most)];
    if (size === undefined || most === undefined || wholeOf(most) >= wholeOf(size)) return forms;
    const what = `max_size ${most} is below size ${size}`;
    return [
      ...forms,
      {
        code: "too-small",
        at: [...at, "max_size"],
        what,
        why: "a tablespace starts at size and grows from there",
        fix: `write ${size} or more`,
      },
    ];
  });
}
