import { expect, it } from "vitest";
import { INSTRUCTION_TABLE, type InstructionEntry } from "../../../source/kernel/x86/instruction-table.js";

const HEADER = `# The instruction set

What the virtual machine executes, written from \`source/kernel/x86/instruction-table.ts\`; \`npx vitest run
test/kernel/x86/instruction-set-document.test.ts -u\` writes it anew. Everything else is an illegal instruction, and so
are FS and GS, 16-bit addresses and privileged instructions. \`hlt\` and \`ud2\` are in the table because compilers end
programs with them: executing one is an illegal instruction too. \`int N\` is a virtual instruction.

Operands: \`r\` register, \`rm\` register or memory, \`m\` memory, \`imm\` immediate, \`cl\` the register CL, \`rel\` branch
distance, \`x\` XMM register, \`xm\` XMM register or memory, \`[esi]\` and its like implied memory. Flags: \`o s z a p c d\`
for OF SF ZF AF PF CF DF. Shifts and rotates with a count of 0 write no flags, and leave OF undefined for counts above 1.

| instruction | operands | bits | reads | writes | undefined |
|---|---|---|---|---|---|
`;

const cell = (text: string): string => (text === "" ? "" : `\`${text}\``);

function line({ mnemonic, forms, sizes, reads, writes, undefined: unknown }: InstructionEntry): string {
  const operands = forms.filter((form) => form !== "").map(cell);
  const columns = [mnemonic, operands.join(" "), sizes?.join(" ") ?? "", cell(reads), cell(writes), cell(unknown)];
  return `| ${columns.join(" | ")} |`;
}

it("docs/instruction-set.md says what the table says", async () => {
  const document = `${HEADER}${INSTRUCTION_TABLE.map(line).join("\n")}\n`;
  await expect(document).toMatchFileSnapshot("../../../docs/instruction-set.md");
});
