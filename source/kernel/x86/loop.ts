/**
 * The loop that executes operations, some hundred at a time.
 *
 * An operation could always be executed by `operation.execute(operation)`. A call through a function value takes V8 about
 * 8 ns, though, so the handlers that make up most of what runs are called by name, from a switch: that takes a third,
 * and V8 inlines the busiest. Which these are changes no result.
 */
import { processor } from "./cpu.js";
import type { Semantics } from "./instruction-table.js";
import { type Handler, MemoryOperand, Operation, Repeat, STOP } from "./operation.js";
import { BINDINGS } from "./semantics/bind.js";

const { NONE, FIRST, SECOND } = MemoryOperand;

/** The handler that a family picks for an operation with these properties. */
function handlerOf(semantics: Semantics, memory: number = NONE, properties: Partial<Operation> = {}): Handler {
  const sample = new Operation(0, (op) => op);
  return BINDINGS[semantics](Object.assign(sample, { memory }, properties));
}

/** A function because of the rule in cpu.ts. */
function createLoop() {
  const cpu = processor;
  const stop = STOP;
  const movRegister = handlerOf("mov");
  const addRegister = handlerOf("add");
  const subRegister = handlerOf("sub");
  const cmpRegister = handlerOf("cmp");
  const andRegister = handlerOf("and");
  const xorRegister = handlerOf("xor");
  const orRegister = handlerOf("or");
  const testRegister = handlerOf("test");
  const movLoad = handlerOf("mov", SECOND);
  const addLoad = handlerOf("add", SECOND);
  const subLoad = handlerOf("sub", SECOND);
  const cmpLoad = handlerOf("cmp", SECOND);
  const andLoad = handlerOf("and", SECOND);
  const xorLoad = handlerOf("xor", SECOND);
  const movStore = handlerOf("mov", FIRST);
  const addStore = handlerOf("add", FIRST);
  const subStore = handlerOf("sub", FIRST);
  const cmpStore = handlerOf("cmp", FIRST);
  const andStore = handlerOf("and", FIRST);
  const xorStore = handlerOf("xor", FIRST);
  const orStore = handlerOf("or", FIRST);
  const testStore = handlerOf("test", FIRST);
  const adcRegister = handlerOf("adc");
  const sbbRegister = handlerOf("sbb");
  const lea = handlerOf("lea", SECOND);
  const incRegister = handlerOf("inc");
  const decRegister = handlerOf("dec");
  const negRegister = handlerOf("neg");
  const notRegister = handlerOf("not");
  const shlRegister = handlerOf("shl");
  const shrRegister = handlerOf("shr");
  const sarRegister = handlerOf("sar");
  const rolRegister = handlerOf("rol");
  const rorRegister = handlerOf("ror");
  const imul2 = handlerOf("imul2");
  const addSized = handlerOf("add", NONE, { size: 8 });
  const subSized = handlerOf("sub", NONE, { size: 8 });
  const cmpSized = handlerOf("cmp", NONE, { size: 8 });
  const andSized = handlerOf("and", NONE, { size: 8 });
  const orSized = handlerOf("or", NONE, { size: 8 });
  const xorSized = handlerOf("xor", NONE, { size: 8 });
  const testSized = handlerOf("test", NONE, { size: 8 });
  const movSized = handlerOf("mov", NONE, { size: 8 });
  const movByteStore = handlerOf("mov", FIRST, { size: 8 });
  const movzxByteLoad = handlerOf("movzx", SECOND, { sourceSize: 8 });
  const movzxWordLoad = handlerOf("movzx", SECOND, { sourceSize: 16 });
  const movzxRegister = handlerOf("movzx");
  const movsx = handlerOf("movsx");
  const pushRegister = handlerOf("push");
  const pushAny = handlerOf("push", FIRST);
  const popRegister = handlerOf("pop");
  const leave = handlerOf("leave");
  const call = handlerOf("call");
  const ret = handlerOf("ret");
  const jmp = handlerOf("jmp");
  const jb = handlerOf("jcc", NONE, { condition: 2 });
  const jae = handlerOf("jcc", NONE, { condition: 3 });
  const je = handlerOf("jcc", NONE, { condition: 4 });
  const jne = handlerOf("jcc", NONE, { condition: 5 });
  const jbe = handlerOf("jcc", NONE, { condition: 6 });
  const ja = handlerOf("jcc", NONE, { condition: 7 });
  const js = handlerOf("jcc", NONE, { condition: 8 });
  const jns = handlerOf("jcc", NONE, { condition: 9 });
  const jl = handlerOf("jcc", NONE, { condition: 12 });
  const jge = handlerOf("jcc", NONE, { condition: 13 });
  const jle = handlerOf("jcc", NONE, { condition: 14 });
  const jg = handlerOf("jcc", NONE, { condition: 15 });
  const setcc = handlerOf("setcc", NONE, { size: 8 });
  const cmovcc = handlerOf("cmovcc");
  const nop = handlerOf("nop");
  const repeated = (["movs", "stos", "lods", "scas", "cmps"] as const).map((semantics) =>
    handlerOf(semantics, NONE, { repeat: Repeat.WHILE_EQUAL }),
  );

  /** In the order of the cases below, from 1. */
  const named: readonly Handler[] = [
    movRegister,
    addRegister,
    subRegister,
    cmpRegister,
    andRegister,
    xorRegister,
    orRegister,
    testRegister,
    movLoad,
    addLoad,
    subLoad,
    cmpLoad,
    andLoad,
    xorLoad,
    movStore,
    addStore,
    subStore,
    cmpStore,
    andStore,
    xorStore,
    orStore,
    testStore,
    adcRegister,
    sbbRegister,
    lea,
    incRegister,
    decRegister,
    negRegister,
    notRegister,
    shlRegister,
    shrRegister,
    sarRegister,
    rolRegister,
    rorRegister,
    imul2,
    addSized,
    subSized,
    cmpSized,
    andSized,
    orSized,
    xorSized,
    testSized,
    movSized,
    movByteStore,
    movzxByteLoad,
    movzxWordLoad,
    movzxRegister,
    movsx,
    pushRegister,
    pushAny,
    popRegister,
    leave,
    call,
    ret,
    jmp,
    jb,
    jae,
    je,
    jne,
    jbe,
    ja,
    js,
    jns,
    jl,
    jge,
    jle,
    jg,
    setcc,
    cmovcc,
    nop,
    ...repeated,
  ];

  /**
   * Executes up to `fuel` operations and returns the next one, or STOP behind a virtual instruction. What was not used of
   * the fuel is in `cpu.left`, below 0 where a repeated string instruction used some of the reserve. When a handler throws,
   * `cpu.current` is its operation.
   */
  function execute(first: Operation, fuel: number): Operation {
    let op = first;
    let left = fuel;
    try {
      while (left > 0 && op !== stop) {
        switch (op.number) {
          case 1:
            op = movRegister(op);
            break;
          case 2:
            op = addRegister(op);
            break;
          case 3:
            op = subRegister(op);
            break;
          case 4:
            op = cmpRegister(op);
            break;
          case 5:
            op = andRegister(op);
            break;
          case 6:
            op = xorRegister(op);
            break;
          case 7:
            op = orRegister(op);
            break;
          case 8:
            op = testRegister(op);
            break;
          case 9:
            op = movLoad(op);
            break;
          case 10:
            op = addLoad(op);
            break;
          case 11:
            op = subLoad(op);
            break;
          case 12:
            op = cmpLoad(op);
            break;
          case 13:
            op = andLoad(op);
            break;
          case 14:
            op = xorLoad(op);
            break;
          case 15:
            op = movStore(op);
            break;
          case 16:
            op = addStore(op);
            break;
          case 17:
            op = subStore(op);
            break;
          case 18:
            op = cmpStore(op);
            break;
          case 19:
            op = andStore(op);
            break;
          case 20:
            op = xorStore(op);
            break;
          case 21:
            op = orStore(op);
            break;
          case 22:
            op = testStore(op);
            break;
          case 23:
            op = adcRegister(op);
            break;
          case 24:
            op = sbbRegister(op);
            break;
          case 25:
            op = lea(op);
            break;
          case 26:
            op = incRegister(op);
            break;
          case 27:
            op = decRegister(op);
            break;
          case 28:
            op = negRegister(op);
            break;
          case 29:
            op = notRegister(op);
            break;
          case 30:
            op = shlRegister(op);
            break;
          case 31:
            op = shrRegister(op);
            break;
          case 32:
            op = sarRegister(op);
            break;
          case 33:
            op = rolRegister(op);
            break;
          case 34:
            op = rorRegister(op);
            break;
          case 35:
            op = imul2(op);
            break;
          case 36:
            op = addSized(op);
            break;
          case 37:
            op = subSized(op);
            break;
          case 38:
            op = cmpSized(op);
            break;
          case 39:
            op = andSized(op);
            break;
          case 40:
            op = orSized(op);
            break;
          case 41:
            op = xorSized(op);
            break;
          case 42:
            op = testSized(op);
            break;
          case 43:
            op = movSized(op);
            break;
          case 44:
            op = movByteStore(op);
            break;
          case 45:
            op = movzxByteLoad(op);
            break;
          case 46:
            op = movzxWordLoad(op);
            break;
          case 47:
            op = movzxRegister(op);
            break;
          case 48:
            op = movsx(op);
            break;
          case 49:
            op = pushRegister(op);
            break;
          case 50:
            op = pushAny(op);
            break;
          case 51:
            op = popRegister(op);
            break;
          case 52:
            op = leave(op);
            break;
          case 53:
            op = call(op);
            break;
          case 54:
            op = ret(op);
            break;
          case 55:
            op = jmp(op);
            break;
          case 56:
            op = jb(op);
            break;
          case 57:
            op = jae(op);
            break;
          case 58:
            op = je(op);
            break;
          case 59:
            op = jne(op);
            break;
          case 60:
            op = jbe(op);
            break;
          case 61:
            op = ja(op);
            break;
          case 62:
            op = js(op);
            break;
          case 63:
            op = jns(op);
            break;
          case 64:
            op = jl(op);
            break;
          case 65:
            op = jge(op);
            break;
          case 66:
            op = jle(op);
            break;
          case 67:
            op = jg(op);
            break;
          case 68:
            op = setcc(op);
            break;
          case 69:
            op = cmovcc(op);
            break;
          case 70:
            op = nop(op);
            break;
          case 71:
          case 72:
          case 73:
          case 74:
          case 75:
            cpu.left = left - cpu.extra;
            op = op.execute(op);
            left -= cpu.extra;
            cpu.extra = 0;
            break;
          default:
            op = op.execute(op);
        }
        left--;
      }
      return op;
    } finally {
      cpu.left = left - cpu.extra;
      cpu.extra = 0;
      cpu.current = op;
    }
  }

  const numberOf = (handler: Handler): number => named.indexOf(handler) + 1;
  const firstRepeated = numberOf(repeated[0]);
  return { execute, numberOf, isRepeated: (number: number): boolean => number >= firstRepeated };
}

export const { execute, numberOf, isRepeated } = createLoop();
