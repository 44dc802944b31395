// Files of ssh2 that the adapter checks to detect whether its edits are applied.
declare module "ssh2/lib/protocol/crypto.js" {
  const exports: { seedbedEdits?: true };
  export default exports;
}
declare module "ssh2/lib/protocol/kex.js" {
  const exports: { seedbedEdits?: true };
  export default exports;
}
