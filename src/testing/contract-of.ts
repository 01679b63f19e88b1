interface OwnTable {
  table: string
  /** Begins "One row per". */
  description: string
  /** Beside `kind`, such as `slice: customer`. */
  custom?: Readonly<Record<string, string | boolean>>
  /** What a contract says of each column, by name; one without a description is described by its name. */
  columns: Readonly<Record<string, object>>
}

/** The contract of a model of one's own, where what a contract looks like is not the point. */
export const contractOf = ({ table, description, custom = {}, columns }: OwnTable): string =>
  JSON.stringify({
    apiVersion: 'v3.1.0',
    kind: 'DataContract',
    id: `acme.${table}`,
    version: '1.0.0',
    status: 'active',
    schema: [
      {
        name: table,
        physicalType: 'table',
        description,
        customProperties: Object.entries({ kind: 'model', ...custom }).map(([property, value]) => ({
          property,
          value,
        })),
        properties: Object.entries(columns).map(([name, column]) => ({
          name,
          description: name,
          ...column,
        })),
      },
    ],
  })

export const textColumn = { logicalType: 'string', physicalType: 'string' }
export const keyColumn = { ...textColumn, required: true, primaryKey: true }
export const intColumn = { logicalType: 'integer', physicalType: 'int' }
