import { lazyValidator } from "../document/own-schema.ts";
import { SeedbedError } from "../problem/error.ts";

/** What a JSON document of a registry is read as, or why it is not that. */
export type CheckedDocument<T> = { ok: true; value: T } | { ok: false; why: string; cause?: unknown };

/** A reader of JSON documents that have to fit a schema of ours; `T` says the same as the schema. */
export function documentReader<T>(schema: object): (text: string) => CheckedDocument<T> {
  const validator = lazyValidator<T>(schema);
  return (text) => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      return { ok: false, why: "it is not JSON", cause };
    }
    const validate = validator();
    if (validate(value)) return { ok: true, value };
    const [first] = validate.errors ?? [];
    return { ok: false, why: `${first?.instancePath || "the top"} ${first?.message ?? "is wrong"}` };
  };
}

/** The value of a document that an image has to have. */
export function requireDocument<T>(read: (text: string) => CheckedDocument<T>, bytes: Buffer, name: string): T {
  const document = read(bytes.toString("utf8"));
  if (document.ok) return document.value;
  throw new SeedbedError("image-document-invalid", `A document of ${name} cannot be read: ${document.why}.`, {
    fix: "Use another image: this one is damaged.",
    cause: document.cause,
  });
}
