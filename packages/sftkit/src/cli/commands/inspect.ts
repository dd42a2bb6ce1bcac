export async function inspectCommand(..._args: unknown[]): Promise<number> { return 0 }
