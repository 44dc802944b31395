/** Budgets that oxlint has no rule for. */
const maxExports = {
  meta: { type: "suggestion", schema: [{ type: "integer", minimum: 1 }] },
  create(context) {
    const limit = context.options[0] ?? 5;
    let exported = 0;
    const count = (node) => {
      if (node.exportKind === "type" || isType(node.declaration)) return;
      exported += node.declaration ? 1 : (node.specifiers?.length ?? 0);
      if (exported === limit + 1)
        context.report({ node, message: `A file exports at most ${limit} values: this one is more than one topic.` });
    };
    return { ExportNamedDeclaration: count, ExportDefaultDeclaration: count };
  },
};

const noReexport = {
  meta: { type: "suggestion", schema: [] },
  create(context) {
    const report = (node) => context.report({ node, message: "No barrels: import from the file that has the name." });
    return {
      ExportAllDeclaration: report,
      ExportNamedDeclaration: (node) => (node.source ? report(node) : undefined),
    };
  },
};

/** While something else is awaited nobody listens to a promise that was started before: its failure would end the process. */
const noHeldPromises = {
  meta: { type: "problem", schema: [] },
  create(context) {
    return {
      VariableDeclaration(node) {
        const [{ id, init }] = node.declarations;
        const statements = node.parent.body;
        if (id.type !== "Identifier" || !startsPromises(init) || !Array.isArray(statements)) return;
        const first = firstAwaited(statements[statements.indexOf(node) + 1]);
        const names = first?.type === "CallExpression" ? first.arguments.map(({ name }) => name) : [];
        if (!names.includes(id.name))
          context.report({
            node,
            message: `Await Promise.all(${id.name}) in the next statement, before anything else.`,
          });
      },
    };
  },
};

/** `list.map(async …)` */
function startsPromises(init) {
  const isMap = init?.type === "CallExpression" && init.callee.property?.name === "map";
  return isMap && init.arguments[0]?.async === true;
}

/** What the first await that ends waits for: inner ones end before those around them. */
function firstAwaited(node) {
  if (node === null || typeof node !== "object" || /Function/.test(node.type)) return undefined;
  const children = Object.keys(node).flatMap((name) => (name === "parent" ? [] : node[name]));
  for (const child of children) {
    const found = firstAwaited(child);
    if (found !== undefined) return found;
  }
  return node.type === "AwaitExpression" ? node.argument : undefined;
}

function isType(declaration) {
  return declaration?.type === "TSInterfaceDeclaration" || declaration?.type === "TSTypeAliasDeclaration";
}

export default {
  meta: { name: "budgets" },
  rules: { "max-exports": maxExports, "no-reexport": noReexport, "no-held-promises": noHeldPromises },
};
