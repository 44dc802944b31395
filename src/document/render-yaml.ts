import { Document, isScalar, visit, Scalar } from "yaml";

export interface RenderOptions {
  /** Writes every string value in double quotes, even where YAML does not need them; keys are unquoted where possible. */
  quoteStrings?: boolean;
  /** Keys at the top of the document whose value is written on one line. */
  onOneLine?: readonly string[];
}

// Characters that are legal in a string but that a YAML reader may take for a line break, drop or reject when they are
// not escaped: YAML 1.1 (go-yaml, PyYAML) breaks lines at NEL, LS and PS and allows no C1 control and no BOM (YAML 1.1, 5.1 and 5.4).
// oxlint-disable-next-line no-control-regex
const awkward = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/;

// Go's YAML reader, which kubectl, Helm and Fleet have, drops every underscore of what begins like a number and takes capital prefixes as well:
// https://github.com/go-yaml/yaml/blob/v2.4.0/resolve.go#L183 and strconv.ParseInt with base 0. So `0X1F` and `1e1_0` are numbers to it.
const numberInGo = /^[-+]?(?:0[xX][\da-fA-F]+|0[bB][01]+|0[oO][0-7]+|(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?)$/;

/** A JSON value as one YAML document, with LF line ends: the same value gives the same bytes. Keys keep their order. */
export function renderYaml(value: unknown, options: RenderOptions = {}): string {
  // compat: strings that YAML 1.1 would read as a boolean, number or date are quoted too (`y`, `on`, `0777`, `2026-11-22`).
  const document = new Document(value, { version: "1.2", compat: "yaml-1.1", aliasDuplicateObjects: false });
  visit(document, {
    Scalar(key, node) {
      if (typeof node.value !== "string") return;
      const style = styleOf(node.value, key === "key", options);
      if (style !== undefined) node.type = style;
    },
    Pair(_, pair) {
      const name = isScalar(pair.key) ? pair.key.value : pair.key;
      if (!options.onOneLine?.includes(String(name)) || !isTopLevel(document, pair)) return;
      const node = pair.value as { flow?: boolean } | null;
      if (node !== null && typeof node === "object") node.flow = true;
    },
  });
  const text = document.toString({
    lineWidth: 0,
    doubleQuotedAsJSON: true,
    indentSeq: false,
    flowCollectionPadding: true,
  });
  return text.replace(/[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g, escapeUnit);
}

function styleOf(text: string, isKey: boolean, options: RenderOptions): Scalar.Type | undefined {
  if (awkward.test(text) || isNumberInGo(text)) return Scalar.QUOTE_DOUBLE;
  if (!text.includes("\n")) return options.quoteStrings === true && !isKey ? Scalar.QUOTE_DOUBLE : undefined;
  // If the first lines of a block only contain blanks, not every reader can detect its indentation (YAML 1.2, 8.1.1.1).
  return !isKey && options.quoteStrings !== true && /^\n* *\S/.test(text) ? Scalar.BLOCK_LITERAL : Scalar.QUOTE_DOUBLE;
}

function isNumberInGo(text: string): boolean {
  return /^[-+.\d]/.test(text) && numberInGo.test(text.replaceAll("_", ""));
}

function isTopLevel(document: Document, pair: object): boolean {
  const items = (document.contents as { items?: unknown[] } | null)?.items;
  return items?.includes(pair) === true;
}

/** Only needed inside double quotes, where all such strings are written. */
function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
