/** A structural schema of Kubernetes, as far as our kinds use it. */
export type StructuralSchema = {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, StructuralSchema>>;
  readonly items?: StructuralSchema;
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
  readonly "x-kubernetes-validations"?: readonly { readonly rule: string; readonly message: string }[];
};

/**
 * The JSON schema that a structural schema means under kubectl's strict validation: unknown fields are errors.
 * Kubernetes' own keywords go (their rules run apart), formats too (they do not validate there either).
 */
export function toJsonSchema(schema: StructuralSchema): object {
  const { properties, items, ...rest } = schema;
  const keep = rest["x-kubernetes-preserve-unknown-fields"] === true;
  const plain = Object.fromEntries(
    Object.entries(rest).filter(([key]) => !key.startsWith("x-kubernetes") && key !== "format"),
  );
  return {
    ...plain,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([key, inner]) => [key, toJsonSchema(inner)]),
      ),
      ...(!keep && { additionalProperties: false }),
    }),
    ...(items && { items: toJsonSchema(items) }),
  };
}
