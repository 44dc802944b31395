/** A rendered file: its path from the top of the repository (or of the ConfigMap) and its whole text. */
export interface RenderedFile {
  readonly path: string;
  readonly text: string;
}
