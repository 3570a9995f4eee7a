/** What the speed benchmark makes of i386 assembly on hosts that run no i386 programs: the same steps, in 64-bit mode. */

import { expect, test } from "vitest";
import { reassemble } from "../../bench/speed/reassemble.mjs";

const lines = (...given: string[]) => given.map((line) => (/^[.\w]+:/.test(line) ? line : `\t${line}`)).join("\n");

test.each([
  {
    what: "a row of pushes moves the stack once, and a call leaves the gap of its return address",
    i386: ["pushl\t%ebx", "pushl\t$7", "call\twork"],
    x86_64: ["movl\t%ebx, -4(%r15)", "movl\t$7, -8(%r15)", "leaq\t-12(%r15), %r15", "call\twork"],
  },
  {
    what: "pops and the return move it back",
    i386: ["addl\t$8, %esp", "popl\t%esi", "popl\t%ebx", "ret"],
    x86_64: ["addl\t$8, %r15d", "movl\t0(%r15), %esi", "movl\t4(%r15), %ebx", "leaq\t12(%r15), %r15", "ret"],
  },
  {
    what: "a return that drops an argument",
    i386: ["ret\t$4"],
    x86_64: ["leaq\t8(%r15), %r15", "ret"],
  },
  {
    what: "what is addressed from the stack pointer finds it where it should be",
    i386: ["pushl\t%eax", "movl\t8(%esp), %edx", "pushl\t4(%esp)", ".L2:"],
    x86_64: [
      ...["movl\t%eax, -4(%r15)", "leaq\t-4(%r15), %r15", "movl\t8(%r15), %edx", "movl\t4(%r15), %r14d"],
      ...["movl\t%r14d, -4(%r15)", "leaq\t-4(%r15), %r15", ".L2:"],
    ],
  },
  {
    what: "jumps and calls through tables and registers",
    i386: ["jmp\t*.L5(,%eax,4)", "call\t*%ebx"],
    x86_64: ["movl\t.L5(,%eax,4), %r14d", "jmp\t*%r14", "leaq\t-4(%r15), %r15", "call\t*%rbx"],
  },
  {
    what: "the rest stays as it is",
    i386: ["shldl\t$3, %eax, %edx", "movzbl\ttable(%ecx), %eax", "movss\t(%ecx,%eax,4), %xmm0"],
    x86_64: ["shldl\t$3, %eax, %edx", "movzbl\ttable(%ecx), %eax", "movss\t(%ecx,%eax,4), %xmm0"],
  },
])("$what", ({ i386, x86_64 }) => {
  expect(reassemble(lines(...i386)).trimEnd()).toBe(lines(...x86_64));
});

test("refuses what 64-bit mode cannot encode", () => {
  expect(() => reassemble("\tmovb\t%ah, 3(%esp)")).toThrow("cannot be reassembled");
});
