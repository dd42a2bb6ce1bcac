export async function initCommand(..._args: unknown[]): Promise<number> { return 0 }
