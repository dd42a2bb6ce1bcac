import { teamConfig } from 'example-preset'
import { tag } from 'sftkit'

export default teamConfig({
  input: ['traces'],
  keep: tag('outcome:completed'),
})
