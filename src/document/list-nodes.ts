import { type Document, isMap, isNode, isPair, isSeq, type Node } from "yaml";

/** Every node of a document in its order, keys among them. The package's own visitor copies the path to each. */
export function listNodes(document: Document.Parsed): Node[] {
  const found: Node[] = [];
  collect(document.contents, found);
  return found;
}

function collect(item: unknown, found: Node[]): void {
  if (isPair(item)) {
    collect(item.key, found);
    collect(item.value, found);
  }
  if (!isNode(item)) return;
  found.push(item);
  if (isMap(item) || isSeq(item)) for (const inner of item.items) collect(inner, found);
}
