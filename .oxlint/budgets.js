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

function isType(declaration) {
  return declaration?.type === "TSInterfaceDeclaration" || declaration?.type === "TSTypeAliasDeclaration";
}

export default { meta: { name: "budgets" }, rules: { "max-exports": maxExports, "no-reexport": noReexport } };
