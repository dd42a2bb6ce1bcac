import { createRepo } from '@huggingface/hub'
import { z } from 'zod'
import { asking, type HubClient } from './client.ts'
import { isPublic } from './upload.ts'

const bucketSchema = z.looseObject({ private: z.boolean() })

/**
 * Makes the bucket where it does not exist. What was trained is private: a public one is refused.
 *
 * @throws SFT_HUB_PUBLIC, SFT_HUB_…
 */
export async function openBucket(bucket: string, hub: HubClient): Promise<void> {
  const found = await asking(hub, `look at the bucket ${bucket}`, () => lookAt(bucket, hub))
  if (found?.private === false) throw isPublic(`The bucket ${bucket}`, 'what is trained', 'bucket')
  if (found === undefined)
    await asking(hub, `make the bucket ${bucket}`, () =>
      createRepo({
        repo: { type: 'bucket', name: bucket },
        visibility: 'private',
        hubUrl: hub.url,
        accessToken: hub.token,
        fetch: hub.fetch,
      }),
    )
}

/** The library has no call for it. */
async function lookAt(bucket: string, hub: HubClient): Promise<z.output<typeof bucketSchema> | undefined> {
  const response = await hub.fetch(`${hub.url}/api/buckets/${bucket}`, {
    headers: { authorization: `Bearer ${hub.token}` },
  })
  if (response.status === 404) return undefined
  if (response.ok) return bucketSchema.parse(await response.json())
  throw Object.assign(new Error(await response.text()), { statusCode: response.status })
}
