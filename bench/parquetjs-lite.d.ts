/** The part of parquetjs-lite that the benchmark uses; the package brings no types. */
declare module 'parquetjs-lite' {
  interface Field {
    type: 'UTF8' | 'INT32' | 'INT64' | 'DOUBLE' | 'BOOLEAN' | 'TIMESTAMP_MICROS'
    optional: boolean
    compression: 'SNAPPY'
  }
  interface Writer {
    setRowGroupSize(rows: number): void
    appendRow(row: Readonly<Record<string, unknown>>): Promise<void>
    close(): Promise<void>
  }
  interface Package {
    ParquetSchema: new (fields: Readonly<Record<string, Field>>) => object
    ParquetWriter: {
      openFile(schema: object, file: string, options: { useDataPageV2: boolean }): Promise<Writer>
    }
  }
  const parquet: Package
  export default parquet
}
