export async function diffCommand(..._args: unknown[]): Promise<number> { return 0 }
