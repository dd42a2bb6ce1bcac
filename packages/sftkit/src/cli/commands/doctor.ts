export async function doctorCommand(..._args: unknown[]): Promise<number> { return 0 }
