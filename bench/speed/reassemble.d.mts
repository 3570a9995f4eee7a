export function reassemble(assembly: string): string;
