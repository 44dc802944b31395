// Files of ssh2 that the adapter looks at to see whether its edits are in force.
declare module "ssh2/lib/protocol/crypto.js" {
  const exports: { seedbedEdits?: true };
  export default exports;
}
declare module "ssh2/lib/protocol/kex.js" {
  const exports: { seedbedEdits?: true };
  export default exports;
}
