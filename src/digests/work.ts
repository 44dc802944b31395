/** export ⊃ image ⊃ apply ⊃ none: each includes the work of the next. */
export type Work = "export" | "image" | "apply" | "none";
