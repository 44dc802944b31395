import fc from "fast-check";

/** The parts of JSON Schema that the settings' schema uses. */
export interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  type?: string;
  enum?: string[];
  pattern?: string;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  propertyNames?: Schema;
  additionalProperties?: Schema | boolean;
}

/**
 * Values that one definition of a schema allows, whatever its patterns let through: a new key is tried without a change here.
 * `defs` are its definitions, or what to take instead where a rule allows less than the schema.
 */
export function fromSchema(schema: Schema, defs: Record<string, Schema | fc.Arbitrary<string>>): fc.Arbitrary<unknown> {
  const inner = (one: Schema): fc.Arbitrary<unknown> => fromSchema(one, defs);
  if (schema.$ref !== undefined) {
    const found = defs[schema.$ref.replace("#/$defs/", "")]!;
    return found instanceof fc.Arbitrary ? found : inner(found);
  }
  if (schema.enum) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case "string":
      return texts(schema);
    case "boolean":
      return fc.boolean();
    case "integer":
      return fc.integer({ min: schema.minimum!, max: schema.maximum! });
    case "array":
      return fc.uniqueArray(inner(schema.items!), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 3, 3),
        selector: (value) => JSON.stringify(value),
      });
    case "object":
      return objects(schema, inner);
    default:
      throw new Error(`A schema of type ${schema.type} is not known here.`);
  }
}

function texts({ pattern, maxLength = 1000 }: Schema): fc.Arbitrary<string> {
  if (pattern === undefined) return fc.string({ unit: "binary", maxLength: Math.min(maxLength, 40) });
  return fc.stringMatching(new RegExp(pattern), { size: "small" }).filter((text) => text.length <= maxLength);
}

function objects(schema: Schema, inner: (one: Schema) => fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const { properties, required = [], propertyNames, additionalProperties } = schema;
  if (properties) {
    const fields = Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, inner(value)]));
    return fc.record(fields, { requiredKeys: required });
  }
  const keys = inner(propertyNames!) as fc.Arbitrary<string>;
  return fc.dictionary(keys, inner(additionalProperties as Schema), { maxKeys: 3 });
}
