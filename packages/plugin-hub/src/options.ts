import { z } from 'zod'

export const optionsSchema = z.strictObject({
  repo: z
    .string()
    .regex(/^[\w.-]+\/[\w.-]+$/, 'a repository as ORG/NAME')
    .refine(
      (repo) => !/\.git$|--|\.\./.test(repo),
      'a repository as ORG/NAME, without `--`, `..` or `.git` at its end',
    ),
  private: z.boolean().default(true),
  revision: z.string().min(1).default('main'),
  name: z.string().min(1).default('hub'),
})

/** Where the run's dataset and model are published. */
export interface HubOptions {
  /** `ORG/NAME`: the dataset's repository, and the model's where one was converted; made where they do not exist. */
  readonly repo: string
  /** Default true. A repository that is public is then refused; one that is private stays so in any case. */
  readonly private?: boolean
  /** The branch; made from `main` where it does not exist. Default `main`. */
  readonly revision?: string
  /** The plugin's name, for two repositories in one config. Default `hub`. */
  readonly name?: string
}
