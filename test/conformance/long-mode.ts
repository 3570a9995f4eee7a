/**
 * Code of i386 programs for the CPU's 64-bit mode, for hosts whose kernel runs no i386 programs: the same instructions, with
 * 32-bit addresses (prefix 67), encoded anew by iced-x86. What 64-bit mode does otherwise is spelled out: PUSH, POP, CALL,
 * RET and LEAVE move 4 bytes and ESP by MOV and LEA, which change no flags, through R8; indirect jumps look the code's
 * place up in the map at R10, where 0 stands for the INT3 at the start of TEXT (R11).
 */
import { Code, Decoder, DecoderOptions, Encoder, type Instruction, Mnemonic, OpKind, Register } from "iced-x86";
import type { HostCode } from "./machine-case.js";

/** The first bytes of TEXT stay INT3. */
const FIRST = 16;

/** LEA ESP, [ESP + n] */
const moveStack = (by: number): number[] => [0x67, 0x8d, 0xa4, 0x24, ...word(by)];
/** MOV R9D, [R10 + R8*4]; LEA R9, [R9 + R11]; JMP R9 */
const JUMP_TO_R8 = [0x47, 0x8b, 0x0c, 0x82, 0x4f, 0x8d, 0x0c, 0x0b, 0x41, 0xff, 0xe1];
/** MOV R8D, [ESP] */
const LOAD_TOP = [0x67, 0x44, 0x8b, 0x04, 0x24];
const INT3 = 0xcc;

const encoder = new Encoder(64);

/** Codes that 64-bit mode does not have, with the ones that do the same. */
const REPLACED = new Map<Code, Code>([
  [Code.Inc_r16, Code.Inc_rm16],
  [Code.Inc_r32, Code.Inc_rm32],
  [Code.Dec_r16, Code.Dec_rm16],
  [Code.Dec_r32, Code.Dec_rm32],
  [Code.Add_rm8_imm8_82, Code.Add_rm8_imm8],
  [Code.Or_rm8_imm8_82, Code.Or_rm8_imm8],
  [Code.Adc_rm8_imm8_82, Code.Adc_rm8_imm8],
  [Code.Sbb_rm8_imm8_82, Code.Sbb_rm8_imm8],
  [Code.And_rm8_imm8_82, Code.And_rm8_imm8],
  [Code.Sub_rm8_imm8_82, Code.Sub_rm8_imm8],
  [Code.Xor_rm8_imm8_82, Code.Xor_rm8_imm8],
  [Code.Cmp_rm8_imm8_82, Code.Cmp_rm8_imm8],
]);

export class LongModeCode implements HostCode {
  readonly bytes: Uint8Array;
  readonly offset = FIRST;
  readonly entry: number;
  readonly map: number[] = [];
  readonly #code: number[] = [];
  /** Guest address and place of each instruction, in ascending order of both. */
  readonly #addresses: number[] = [];
  readonly #places: number[] = [];
  /** Places of distances that are still to be filled in, with the guest address they mean. */
  readonly #branches: { readonly at: number; readonly target: number }[] = [];
  /** Guest addresses that are not in the code, by the place of the INT3 that stands for them. */
  readonly #exits = new Map<number, number>();

  constructor(code: Uint8Array, address: number, entry: number) {
    const decoder = new Decoder(32, code, DecoderOptions.None);
    decoder.ip = BigInt(address);
    while (decoder.canDecode) {
      const instruction = decoder.decode();
      this.#addresses.push(instruction.ip32);
      this.#places.push(FIRST + this.#code.length);
      this.map.push(instruction.ip32, FIRST + this.#code.length);
      this.#add(instruction);
      instruction.free();
    }
    decoder.free();
    this.#exit(address + code.length);
    this.#fillBranches();
    this.bytes = Uint8Array.from(this.#code);
    this.entry = this.#placeOf(entry) as number;
  }

  guestEip(eip: number, trapped: boolean, scratch: number): number {
    if (trapped) return this.#exits.get(eip - 1) ?? scratch;
    let index = this.#places.length - 1;
    while (index > 0 && this.#places[index] > eip) index--;
    return this.#addresses[index];
  }

  #add(instruction: Instruction): void {
    switch (instruction.mnemonic) {
      case Mnemonic.Call:
        this.#call(instruction);
        break;
      case Mnemonic.Jmp:
        this.#jump(instruction);
        break;
      case Mnemonic.Ret:
        this.#code.push(
          ...LOAD_TOP,
          ...moveStack(4 + (instruction.opCount > 0 ? instruction.immediate16 : 0)),
          ...JUMP_TO_R8,
        );
        break;
      case Mnemonic.Push:
        this.#push(instruction);
        break;
      case Mnemonic.Pop:
        this.#pop(instruction);
        break;
      case Mnemonic.Leave:
        // MOV R8D, [EBP]; LEA ESP, [EBP + 4]; MOV EBP, R8D
        this.#code.push(0x67, 0x44, 0x8b, 0x45, 0, 0x67, 0x8d, 0x65, 4, 0x44, 0x89, 0xc5);
        break;
      default:
        if (instruction.opCount > 0 && instruction.op0Kind === OpKind.NearBranch32) this.#branch(instruction);
        else this.#encode(instruction);
    }
  }

  /** JUMP, and CALL behind it: a branch whose distance is known later. */
  #branchTo(opcode: readonly number[], target: number): void {
    this.#code.push(...opcode);
    this.#branches.push({ at: this.#code.length, target });
    this.#code.push(0, 0, 0, 0);
  }

  #branch(instruction: Instruction): void {
    const target = instruction.nearBranch32;
    const short = { [Mnemonic.Loopne]: 0xe0, [Mnemonic.Loope]: 0xe1, [Mnemonic.Loop]: 0xe2, [Mnemonic.Jecxz]: 0xe3 }[
      instruction.mnemonic as number
    ];
    if (short === undefined) this.#branchTo([0x0f, 0x80 + CONDITIONS.indexOf(instruction.mnemonic)], target);
    else this.#branchTo([0x67, short, 2, 0xeb, 5, 0xe9], target);
  }

  #jump(instruction: Instruction): void {
    if (instruction.op0Kind === OpKind.NearBranch32) {
      this.#branchTo([0xe9], instruction.nearBranch32);
      return;
    }
    this.#load(instruction, 32);
    this.#code.push(...JUMP_TO_R8);
  }

  #call(instruction: Instruction): void {
    const direct = instruction.op0Kind === OpKind.NearBranch32;
    if (!direct) this.#load(instruction, 32);
    this.#code.push(0x67, 0xc7, 0x44, 0x24, -4 & 0xff, ...word(instruction.nextIP32), ...moveStack(-4));
    if (direct) this.#branchTo([0xe9], instruction.nearBranch32);
    else this.#code.push(...JUMP_TO_R8);
  }

  #push(instruction: Instruction): void {
    const size = bitsOf(instruction);
    const below = -(size / 8) & 0xff;
    const prefix = size === 16 ? [0x66, 0x67] : [0x67];
    if (instruction.op0Kind === OpKind.Memory || instruction.op0Kind === OpKind.Register) {
      this.#load(instruction, size);
      this.#code.push(...prefix, 0x44, 0x89, 0x44, 0x24, below);
    } else {
      const value = Number(BigInt.asIntN(32, instruction.immediate(0)));
      this.#code.push(...prefix, 0xc7, 0x44, 0x24, below, ...word(value).slice(0, size / 8));
    }
    this.#code.push(...moveStack(-size / 8));
  }

  #pop(instruction: Instruction): void {
    const size = bitsOf(instruction);
    this.#code.push(...(size === 16 ? [0x66] : []), ...LOAD_TOP);
    if (instruction.op0Kind === OpKind.Register) {
      this.#code.push(...moveStack(size / 8));
      this.#move(instruction, size);
      return;
    }
    // The address is computed with ESP behind the value.
    if (instruction.memoryBase === Register.ESP) {
      instruction.memoryDisplacement = BigInt.asUintN(32, instruction.memoryDisplacement + BigInt(size / 8));
      instruction.memoryDisplSize = 4;
    }
    this.#move(instruction, size);
    this.#code.push(...moveStack(size / 8));
  }

  /** MOV R8, what the instruction's operand is. */
  #load(instruction: Instruction, size: number): void {
    const { op0Kind, op0Register } = instruction;
    instruction.code = size === 16 ? Code.Mov_r16_rm16 : Code.Mov_r32_rm32;
    instruction.op1Kind = op0Kind;
    if (op0Kind === OpKind.Register) instruction.op1Register = op0Register;
    instruction.op0Kind = OpKind.Register;
    instruction.op0Register = size === 16 ? Register.R8W : Register.R8D;
    this.#encode(instruction);
  }

  /** MOV to the instruction's operand from R8. */
  #move(instruction: Instruction, size: number): void {
    instruction.code = size === 16 ? Code.Mov_rm16_r16 : Code.Mov_rm32_r32;
    instruction.op1Kind = OpKind.Register;
    instruction.op1Register = size === 16 ? Register.R8W : Register.R8D;
    this.#encode(instruction);
  }

  #encode(instruction: Instruction): void {
    instruction.code = REPLACED.get(instruction.code) ?? instruction.code;
    encoder.encode(instruction, 0n);
    for (const byte of encoder.takeBuffer()) this.#code.push(byte);
  }

  #placeOf(address: number): number | undefined {
    let low = 0;
    let high = this.#addresses.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#addresses[middle] < address) low = middle + 1;
      else high = middle;
    }
    return this.#addresses[low] === address ? this.#places[low] : undefined;
  }

  /** An INT3 that stands for an address outside the code. */
  #exit(address: number): number {
    const place = FIRST + this.#code.length;
    this.#exits.set(place, address >>> 0);
    this.#code.push(INT3);
    return place;
  }

  #fillBranches(): void {
    for (const { at, target } of this.#branches) {
      const place = this.#placeOf(target) ?? this.#exit(target);
      word(place - (FIRST + at + 4)).forEach((byte, i) => {
        this.#code[at + i] = byte;
      });
    }
  }
}

/** Jcc in the order of the condition codes. */
const CONDITIONS = [
  ...[Mnemonic.Jo, Mnemonic.Jno, Mnemonic.Jb, Mnemonic.Jae, Mnemonic.Je, Mnemonic.Jne, Mnemonic.Jbe, Mnemonic.Ja],
  ...[Mnemonic.Js, Mnemonic.Jns, Mnemonic.Jp, Mnemonic.Jnp, Mnemonic.Jl, Mnemonic.Jge, Mnemonic.Jle, Mnemonic.Jg],
];

const word = (value: number): number[] => [
  value & 0xff,
  (value >> 8) & 0xff,
  (value >> 16) & 0xff,
  (value >> 24) & 0xff,
];

/** Bits that PUSH or POP moves. */
function bitsOf(instruction: Instruction): number {
  const { opCode } = instruction;
  const size = opCode.operandSize;
  opCode.free();
  return size === 16 ? 16 : 32;
}
