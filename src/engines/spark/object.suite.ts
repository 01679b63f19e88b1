import { gzipSync } from 'node:zlib'
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import { describe, expect, test } from '@jest/globals'
import { bucket, type SparkUnderTest } from '../../testing/spark-under-test.js'

/** Objects that Spark reads and writes by S3A, in an S3 server of ours. */
export function objectSuite(spark: () => SparkUnderTest): void {
  const put = (key: string, body: string | Buffer) =>
    spark().objects.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }))

  describe('objects in S3, on Spark', () => {
    test('Parquet that it writes is there as objects, and is read back', async () => {
      await spark().inSession(async (session) => {
        await session.execute(
          `insert overwrite directory 's3a://${bucket}/written' using parquet
          select /*+ repartition(3) */ id, cast(id as string) as name from range(1000)`,
        )
        const list = new ListObjectsV2Command({ Bucket: bucket, Prefix: 'written/' })
        const { Contents = [] } = await spark().objects.send(list)
        const keys = Contents.map(({ Key = '' }) => Key)
        expect(keys.filter((key) => /^written\/part-.*[.]parquet$/.test(key))).toHaveLength(3)
        expect(keys.filter((key) => key.includes('_temporary'))).toEqual([])
        const read = `select count(*) as n, sum(id) as total, max(name) as last from parquet.\`s3a://${bucket}/written\``
        expect(await session.rows(read)).toEqual([{ n: '1000', total: '499500', last: '999' }])
      })
    })

    test('NDJSON and gzipped CSV are read', async () => {
      await put('raw/a.ndjson', '{"id":1,"name":"ä"}\n{"id":2,"name":null}\n')
      await put('raw/a.csv.gz', gzipSync('id,name\n1,"x, y"\n2,\n'))
      await spark().inSession(async (session) => {
        const json = `select id, name from json.\`s3a://${bucket}/raw/a.ndjson\` order by id`
        expect(await session.rows(json)).toEqual([
          { id: '1', name: 'ä' },
          { id: '2', name: null },
        ])
        await session.execute(
          `create temporary view rows (id int, name string) using csv
          options (path 's3a://${bucket}/raw/a.csv.gz', header 'true')`,
        )
        expect(await session.rows('select id, name from rows order by id')).toEqual([
          { id: 1, name: 'x, y' },
          { id: 2, name: null },
        ])
      })
    })

    test('a bucket that is not there is said so', async () => {
      await spark().inSession(async (session) => {
        await expect(
          session.rows('select 1 from parquet.`s3a://no-such-bucket/x`'),
        ).rejects.toMatchObject({
          code: 'source',
          found: expect.stringContaining('no-such-bucket'),
        })
      })
    })
  })
}
