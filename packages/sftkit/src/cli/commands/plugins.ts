export async function pluginsCommand(..._args: unknown[]): Promise<number> { return 0 }
