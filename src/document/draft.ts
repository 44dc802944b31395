/** A value of which any part may be missing because it was invalid. */
export type Draft<T> = T extends (infer Entry)[]
  ? (Draft<Entry> | undefined)[]
  : T extends object
    ? { [Key in keyof T]?: Draft<T[Key]> | undefined }
    : T;
