/**
 * i386 code for a host that runs none: the compiler's i386 assembly, written so that it means the same in 64-bit mode, where
 * the same processor executes the same instructions on the same 32-bit registers and addresses. What differs is the stack,
 * because 64-bit mode pushes eight bytes: ESP becomes R15D, a push or a pop becomes a store or a load, and R15 is moved once
 * for a row of them, by LEA, which leaves the flags alone. A processor, too, moves ESP for rows of pushes at no cost. Return
 * addresses are on the host's stack, where returns are predicted; the kernel's has the gap where they would be.
 */

/** Second bytes of registers cannot be used beside R15. */
const SECOND_BYTE = /%[abcd]h\b/;

/** @param assembly AT&T syntax as gcc prints it for i386, position-dependent; answers the text for `gcc -m64` */
export function reassemble(assembly) {
  const reassembler = new Reassembler();
  for (const line of assembly.split("\n")) reassembler.line(line);
  return `${reassembler.output.join("\n")}\n`;
}

class Reassembler {
  output = [];
  /** Where ESP is, in bytes from R15: pushes and pops that R15 has not been moved for. */
  #offset = 0;

  line(line) {
    const instruction = /^\s+([a-z]\w*)(?:\s+([^#]*))?/.exec(line);
    if (!instruction) {
      this.#settle();
      this.output.push(line);
      return;
    }
    const [, name, operands = ""] = instruction;
    if (/%esp/.test(operands) && SECOND_BYTE.test(operands)) unknown(line);
    const stack = STACK_INSTRUCTIONS[name];
    if (stack) stack.call(this, operands.trim());
    else {
      if (/%esp/.test(operands) || name.startsWith("j")) this.#settle();
      this.#emit(name, onR15(operands.trim()));
    }
  }

  push(operand) {
    let value = operand;
    if (!isRegister(operand) && !operand.startsWith("$")) {
      this.#settle();
      this.#emit("movl", `${onR15(operand)}, %r14d`);
      value = "%r14d";
    }
    this.#offset -= 4;
    this.#emit("movl", `${value}, ${this.#offset}(%r15)`);
  }

  pop(operand) {
    if (!isRegister(operand)) unknown(`pop ${operand}`);
    this.#emit("movl", `${this.#offset}(%r15), ${operand}`);
    this.#offset += 4;
  }

  leave() {
    this.#offset = 0;
    this.#emit("movl", "%ebp, %r15d");
    this.pop("%ebp");
  }

  call(operands) {
    const target = this.#target(operands);
    this.#offset -= 4;
    this.#settle();
    this.#emit("call", target);
  }

  jump(operands) {
    const target = this.#target(operands);
    this.#settle();
    this.#emit("jmp", target);
  }

  /** A function that answers a structure pops the pointer to it, too: `ret $4`. */
  ret(operands) {
    this.#offset += 4 + Number(operands.replace("$", ""));
    this.#settle();
    this.#emit("ret", "");
  }

  /** Registers hold an address in all their 64 bits, because an instruction on 32 clears the others. */
  #target(operands) {
    if (!operands.startsWith("*")) return operands;
    const from = operands.slice(1);
    if (isRegister(from)) return `*${from.replace("%e", "%r")}`;
    this.#settle();
    this.#emit("movl", `${onR15(from)}, %r14d`);
    return "*%r14";
  }

  #settle() {
    if (this.#offset !== 0) this.#emit("leaq", `${this.#offset}(%r15), %r15`);
    this.#offset = 0;
  }

  #emit(name, operands) {
    this.output.push(`\t${name}\t${operands}`.trimEnd());
  }
}

const { push, pop, leave, call, jump, ret } = Reassembler.prototype;
const STACK_INSTRUCTIONS = { pushl: push, popl: pop, leave, call, jmp: jump, ret };

/** R15D for ESP; R15 where it is the only register of an address and nothing wraps around: no address-size prefix. */
const onR15 = (operands) => operands.replace(/\(%esp\)/g, "(%r15)").replace(/%esp\b/g, "%r15d");

const isRegister = (operand) => /^%e(ax|bx|cx|dx|si|di|bp)$/.test(operand);

function unknown(line) {
  throw new Error(`'${line.trim()}' cannot be reassembled for 64-bit mode`);
}
