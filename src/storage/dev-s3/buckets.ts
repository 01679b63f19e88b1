import { bucketOf, type Operation, versionOf } from './context.js'
import { receiveText } from './incoming.js'
import { emptyReply, xmlReply } from './reply.js'
import { S3Error } from './s3-error.js'
import { xmlElements, xmlText } from './xml.js'

const listBuckets: Operation = ({ folder }) =>
  xmlReply('ListAllMyBucketsResult', {
    Owner: { ID: 'development' },
    Buckets: {
      Bucket: [...folder.buckets.values()].map(({ name, createdAt }) => ({
        Name: name,
        CreationDate: new Date(createdAt).toISOString(),
      })),
    },
  })

const createBucket: Operation = ({ folder }, { bucket }) => {
  if (folder.buckets.has(bucket)) {
    throw new S3Error(409, 'BucketAlreadyOwnedByYou', 'The bucket exists already.')
  }
  folder.createBucket(bucket)
  return emptyReply(200, { location: `/${bucket}` })
}

const headBucket: Operation = (context, request) => {
  bucketOf(context, request.bucket)
  return emptyReply(200, { 'x-amz-bucket-region': 'us-east-1' })
}

const deleteBucket: Operation = (context, request) => {
  context.folder.deleteBucket(bucketOf(context, request.bucket))
  return emptyReply(204)
}

const putBucketVersioning: Operation = async (context, request) => {
  const bucket = bucketOf(context, request.bucket)
  const status = xmlText(await receiveText(request), 'Status')
  context.folder.setVersioned(bucket, status === 'Enabled')
  return emptyReply()
}

const getBucketVersioning: Operation = (context, request) =>
  xmlReply('VersioningConfiguration', {
    Status: bucketOf(context, request.bucket).isVersioned ? 'Enabled' : undefined,
  })

const getBucketLocation: Operation = (context, request) => {
  bucketOf(context, request.bucket)
  return xmlReply('LocationConstraint', '')
}

const deleteObjects: Operation = async (context, request) => {
  const bucket = bucketOf(context, request.bucket)
  const xml = await receiveText(request)
  const deleted = xmlElements(xml, 'Object').map((object) => {
    const key = xmlText(object, 'Key') ?? ''
    context.folder.remove(bucket, key, xmlText(object, 'VersionId'))
    return { Key: key }
  })
  return xmlReply('DeleteResult', { Deleted: xmlText(xml, 'Quiet') === 'true' ? [] : deleted })
}

const putObjectTagging: Operation = async (context, request) => {
  const version = versionOf(context, request)
  const tags = xmlElements(await receiveText(request), 'Tag').map((tag): [string, string] => [
    xmlText(tag, 'Key') ?? '',
    xmlText(tag, 'Value') ?? '',
  ])
  context.folder.setTags(bucketOf(context, request.bucket), version, tags)
  return emptyReply()
}

const getObjectTagging: Operation = (context, request) =>
  xmlReply('Tagging', {
    TagSet: { Tag: versionOf(context, request).tags.map(([Key, Value]) => ({ Key, Value })) },
  })

const deleteObjectTagging: Operation = (context, request) => {
  context.folder.setTags(bucketOf(context, request.bucket), versionOf(context, request), [])
  return emptyReply(204)
}

export const bucketOperations: Record<string, Operation> = {
  ListBuckets: listBuckets,
  CreateBucket: createBucket,
  HeadBucket: headBucket,
  DeleteBucket: deleteBucket,
  PutBucketVersioning: putBucketVersioning,
  GetBucketVersioning: getBucketVersioning,
  GetBucketLocation: getBucketLocation,
  DeleteObjects: deleteObjects,
  PutObjectTagging: putObjectTagging,
  GetObjectTagging: getObjectTagging,
  DeleteObjectTagging: deleteObjectTagging,
}
