/** SSE and SSE2 moves, bitwise logic, UNPCKLPD and PSLLD: everything that treats XMM registers as bits. */
import { processor } from "../cpu.js";
import { memory } from "../memory.js";
import { type Handler, MemoryOperand, type Operation } from "../operation.js";
import { always, type Bind } from "./binding.js";
import { fetch, fetchAligned, requireAligned, source, store } from "./sse-operands.js";

/** A function because of the rule in cpu.ts. */
function createSseMoves() {
  const { registers, vectors } = processor;
  const { addressOf, read32, write32 } = memory;

  function writeWords(op: Operation, words: number): void {
    for (let i = 0; i < words; i++) vectors[op.destination * 4 + i] = source[i];
  }

  function clearFrom(op: Operation, word: number): void {
    for (let i = word; i < 4; i++) vectors[op.destination * 4 + i] = 0;
  }

  /** MOVSS and MOVSD: between registers the rest stays, from memory it is cleared. */
  const moveScalar = (words: number): Bind =>
    always((op) => {
      if (op.memory === MemoryOperand.FIRST) {
        store(op, words);
      } else {
        fetch(op, words);
        writeWords(op, words);
        if (op.memory === MemoryOperand.SECOND) clearFrom(op, words);
      }
      return op.next;
    });

  /** MOVQ clears the upper half of a register in every form. */
  const movq: Bind = always((op) => {
    if (op.memory === MemoryOperand.FIRST) {
      store(op, 2);
    } else {
      fetch(op, 2);
      writeWords(op, 2);
      clearFrom(op, 2);
    }
    return op.next;
  });

  const moveAligned: Bind = always((op) => {
    if (op.memory === MemoryOperand.FIRST) {
      requireAligned("write", addressOf(op));
      store(op, 4);
    } else {
      fetchAligned(op);
      writeWords(op, 4);
    }
    return op.next;
  });

  const moveUnaligned: Bind = moveScalar(4);

  /** MOVD has a general register or memory on one side: in the table, `rm`. */
  const movdToVector: Bind = always((op) => {
    const value = op.memory === MemoryOperand.SECOND ? read32(addressOf(op)) : registers[op.source];
    vectors[op.destination * 4] = value;
    clearFrom(op, 1);
    return op.next;
  });

  const movdFromVector: Bind = always((op) => {
    const value = vectors[op.source * 4];
    if (op.memory === MemoryOperand.FIRST) write32(addressOf(op), value);
    else registers[op.destination] = value;
    return op.next;
  });

  const bitwise = (operation: (a: number, b: number) => number): Bind => {
    const handler: Handler = (op) => {
      fetchAligned(op);
      const to = op.destination * 4;
      for (let i = 0; i < 4; i++) vectors[to + i] = operation(vectors[to + i], source[i]);
      return op.next;
    };
    return () => handler;
  };

  const unpcklpd: Bind = always((op) => {
    fetchAligned(op);
    vectors[op.destination * 4 + 2] = source[0];
    vectors[op.destination * 4 + 3] = source[1];
    return op.next;
  });

  /** The count is 64 bits of the second operand or an immediate; above 31 nothing is left. */
  const pslld: Bind = always((op) => {
    let count = op.immediate & 0xff;
    if (op.entry?.forms[0] === "x,xm") {
      fetchAligned(op);
      count = source[1] === 0 && source[0] >= 0 && source[0] < 32 ? source[0] : 32;
    }
    const to = op.destination * 4;
    for (let i = 0; i < 4; i++) vectors[to + i] = count > 31 ? 0 : vectors[to + i] << count;
    return op.next;
  });

  return {
    movss: moveScalar(1),
    "movsd scalar": moveScalar(2),
    movq,
    "move aligned": moveAligned,
    "move unaligned": moveUnaligned,
    "movd to vector": movdToVector,
    "movd from vector": movdFromVector,
    pand: bitwise((a, b) => a & b),
    pandn: bitwise((a, b) => ~a & b),
    por: bitwise((a, b) => a | b),
    pxor: bitwise((a, b) => a ^ b),
    unpcklpd,
    pslld,
  };
}

export const sseMoves = createSseMoves();
