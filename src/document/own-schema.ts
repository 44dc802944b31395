import { Ajv2020, type Options, type ValidateFunction } from "ajv/dist/2020.js";
import { FORMATS } from "./utc-time.ts";

const OPTIONS: Options = {
  allowUnionTypes: true,
  // A test validates our own schemas: compiling the schema of schemas would take longer than everything else at a start.
  validateSchema: false,
  // Its optimizer takes longer to shorten the code of a check than a process saves by that.
  code: { optimize: false },
  formats: FORMATS,
};

/**
 * The check of a schema of ours, which is compiled when the first value comes and then kept: most processes never read most
 * kinds of documents, and a large schema takes some 50 ms. `T` says the same as the schema.
 */
export function lazyValidator<T>(schema: object, options: Options = {}): () => ValidateFunction<T> {
  let validate: ValidateFunction<T> | undefined;
  return () => (validate ??= new Ajv2020({ ...OPTIONS, ...options }).compile<T>(schema));
}
