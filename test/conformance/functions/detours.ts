/** Ways to the next instruction that look like returns and calls, and calls of what no compiler's function does. */

import { ESP } from "./assembler.js";
import { ALL_FLAGS } from "./frames.js";
import { randomOperation } from "./operations.js";
import { ARENA, ARENA_BYTES, type Scope } from "./scope.js";

const JMP = [0xe9];
const CALL = [0xe8];
const RET = 0xc3;
const INT = 0xcd;
/** Vectors that the host's kernel lets no program use: the harness answers instead of it. */
const FIRST_VECTOR = 0x30;
const VECTORS = 16;

/** Where a function finds its return address. */
const SLOT = { base: ESP, displacement: 0 };

export function detour(scope: Scope): void {
  switch (scope.random.below(9)) {
    case 0:
      // Its answer is in a register, as the kernel's is.
      scope.assembler.emit(INT, FIRST_VECTOR + scope.random.below(VECTORS));
      scope.charge();
      break;
    case 1:
      ownAddress(scope);
      break;
    case 2:
      overwrittenSlot(scope);
      break;
    case 3:
    case 4:
      droppedSlot(scope);
      break;
    default:
      goAround(scope);
  }
}

/** By RET, through a register, or by a jump, over an instruction. */
function goAround(scope: Scope): void {
  const { random, assembler } = scope;
  const on = assembler.label();
  const register = scope.destination();
  switch (random.below(3)) {
    case 0:
      assembler.withAddress([0x68], on);
      assembler.emit(RET);
      break;
    case 1:
      assembler.withAddress([0xb8 + register], on);
      assembler.modRm([0xff], 4, register);
      break;
    default:
      assembler.branch(JMP, on);
  }
  randomOperation(scope);
  assembler.bind(on);
  assembler.undefinedFlags = ALL_FLAGS;
  scope.charge(2);
}

/** What is called drops its return address: its own return is this function's. */
function droppedSlot(scope: Scope): void {
  const { random, assembler } = scope;
  const on = assembler.label();
  const { undefinedFlags } = assembler;
  const register = scope.destination();
  assembler.branch(CALL, on);
  if (random.chance(50)) randomOperation(scope);
  assembler.bind(on);
  assembler.undefinedFlags = undefinedFlags;
  assembler.emit(0x58 + register);
  scope.charge(2);
}

/** What is called writes where it returns to, over an instruction; some in line, as compilers do against speculation. */
function overwrittenSlot(scope: Scope): void {
  const { random, assembler } = scope;
  const called = assembler.label();
  const back = assembler.label();
  const on = assembler.label();
  const register = scope.destination();
  const inLine = random.chance(50);
  const isAdded = random.chance(40);
  const body = (): void => {
    assembler.bind(called);
    assembler.undefinedFlags = ALL_FLAGS;
    if (isAdded) assembler.withDistance([0x81, 0x04, 0x24], back, on);
    else if (random.chance(50)) assembler.withAddress([0xc7, 0x04, 0x24], on);
    else {
      assembler.withAddress([0xb8 + register], on);
      assembler.modRm([0x89], register, SLOT);
    }
    assembler.emit(RET);
  };
  assembler.branch(CALL, called);
  assembler.bind(back);
  if (inLine) {
    assembler.branch(JMP, back);
    body();
  } else {
    randomOperation(scope);
    scope.behind.push(body);
  }
  assembler.bind(on);
  assembler.undefinedFlags = ALL_FLAGS;
  scope.charge(4);
}

/** As code that runs at any address finds its own, to read data from there, or to go on. */
function ownAddress(scope: Scope): void {
  const { random, assembler } = scope;
  const register = scope.destination();
  assembler.branch(CALL, scope.common.thunk(register));
  const here = assembler.label();
  assembler.bind(here);
  scope.charge(4);
  if (random.chance(50)) {
    const data = ARENA + random.below(ARENA_BYTES - 64);
    const displacement = data - assembler.address;
    assembler.modRm([0x8b], scope.destination(), { base: register, displacement });
    return;
  }
  const on = assembler.label();
  assembler.withDistance([0x81, 0xc0 + register], here, on);
  assembler.modRm([0xff], 4, register);
  randomOperation(scope);
  assembler.bind(on);
  assembler.undefinedFlags = ALL_FLAGS;
}
