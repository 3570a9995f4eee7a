/**
 * WebAssembly's instructions as far as this encoder uses them (WebAssembly core specification 2.0, appendix "Index of
 * Instructions"). Two-byte opcodes carry their prefix in the high byte.
 */

/** Value types, and the type of a block without results. */
export const ValueType = { I32: 0x7f, I64: 0x7e, F32: 0x7d, F64: 0x7c, V128: 0x7b } as const;
export type ValueType = (typeof ValueType)[keyof typeof ValueType];
export const EMPTY_BLOCK = 0x40;

/** What follows an opcode. */
export type Immediate =
  | "none"
  | "block type"
  | "label"
  | "label table"
  | "index"
  | "two indices"
  | "memory argument"
  | "i32"
  | "i64"
  | "f64"
  /** The number of a part of a vector. */
  | "lane"
  /** 16 bytes. */
  | "v128";

/** Opcode and immediate by name; the text format's name has a dot for the first underscore behind a type or a space. */
export const INSTRUCTIONS = {
  unreachable: [0x00, "none"],
  nop: [0x01, "none"],
  block: [0x02, "block type"],
  loop: [0x03, "block type"],
  if: [0x04, "block type"],
  else: [0x05, "none"],
  end: [0x0b, "none"],
  br: [0x0c, "label"],
  br_if: [0x0d, "label"],
  br_table: [0x0e, "label table"],
  return: [0x0f, "none"],
  call: [0x10, "index"],
  call_indirect: [0x11, "two indices"],
  return_call: [0x12, "index"],
  return_call_indirect: [0x13, "two indices"],
  drop: [0x1a, "none"],
  select: [0x1b, "none"],
  local_get: [0x20, "index"],
  local_set: [0x21, "index"],
  local_tee: [0x22, "index"],
  global_get: [0x23, "index"],
  global_set: [0x24, "index"],
  i32_load: [0x28, "memory argument"],
  i64_load: [0x29, "memory argument"],
  f32_load: [0x2a, "memory argument"],
  f64_load: [0x2b, "memory argument"],
  i32_load8_s: [0x2c, "memory argument"],
  i32_load8_u: [0x2d, "memory argument"],
  i32_load16_s: [0x2e, "memory argument"],
  i32_load16_u: [0x2f, "memory argument"],
  i64_load32_s: [0x34, "memory argument"],
  i64_load32_u: [0x35, "memory argument"],
  i32_store: [0x36, "memory argument"],
  i64_store: [0x37, "memory argument"],
  f32_store: [0x38, "memory argument"],
  f64_store: [0x39, "memory argument"],
  i32_store8: [0x3a, "memory argument"],
  i32_store16: [0x3b, "memory argument"],
  i64_store32: [0x3e, "memory argument"],
  memory_size: [0x3f, "index"],
  i32_const: [0x41, "i32"],
  i64_const: [0x42, "i64"],
  f64_const: [0x44, "f64"],
  i32_eqz: [0x45, "none"],
  i32_eq: [0x46, "none"],
  i32_ne: [0x47, "none"],
  i32_lt_s: [0x48, "none"],
  i32_lt_u: [0x49, "none"],
  i32_gt_s: [0x4a, "none"],
  i32_gt_u: [0x4b, "none"],
  i32_le_s: [0x4c, "none"],
  i32_le_u: [0x4d, "none"],
  i32_ge_s: [0x4e, "none"],
  i32_ge_u: [0x4f, "none"],
  i64_eqz: [0x50, "none"],
  i64_eq: [0x51, "none"],
  i64_ne: [0x52, "none"],
  i64_lt_s: [0x53, "none"],
  i64_lt_u: [0x54, "none"],
  i64_gt_s: [0x55, "none"],
  i64_gt_u: [0x56, "none"],
  i64_le_s: [0x57, "none"],
  i64_le_u: [0x58, "none"],
  i64_ge_s: [0x59, "none"],
  i64_ge_u: [0x5a, "none"],
  f32_eq: [0x5b, "none"],
  f32_ne: [0x5c, "none"],
  f32_lt: [0x5d, "none"],
  f32_gt: [0x5e, "none"],
  f32_le: [0x5f, "none"],
  f32_ge: [0x60, "none"],
  f64_eq: [0x61, "none"],
  f64_ne: [0x62, "none"],
  f64_lt: [0x63, "none"],
  f64_gt: [0x64, "none"],
  f64_le: [0x65, "none"],
  f64_ge: [0x66, "none"],
  i32_clz: [0x67, "none"],
  i32_ctz: [0x68, "none"],
  i32_popcnt: [0x69, "none"],
  i32_add: [0x6a, "none"],
  i32_sub: [0x6b, "none"],
  i32_mul: [0x6c, "none"],
  i32_div_s: [0x6d, "none"],
  i32_div_u: [0x6e, "none"],
  i32_rem_s: [0x6f, "none"],
  i32_rem_u: [0x70, "none"],
  i32_and: [0x71, "none"],
  i32_or: [0x72, "none"],
  i32_xor: [0x73, "none"],
  i32_shl: [0x74, "none"],
  i32_shr_s: [0x75, "none"],
  i32_shr_u: [0x76, "none"],
  i32_rotl: [0x77, "none"],
  i32_rotr: [0x78, "none"],
  i64_clz: [0x79, "none"],
  i64_ctz: [0x7a, "none"],
  i64_add: [0x7c, "none"],
  i64_sub: [0x7d, "none"],
  i64_mul: [0x7e, "none"],
  i64_div_s: [0x7f, "none"],
  i64_div_u: [0x80, "none"],
  i64_rem_s: [0x81, "none"],
  i64_rem_u: [0x82, "none"],
  i64_and: [0x83, "none"],
  i64_or: [0x84, "none"],
  i64_xor: [0x85, "none"],
  i64_shl: [0x86, "none"],
  i64_shr_s: [0x87, "none"],
  i64_shr_u: [0x88, "none"],
  f32_neg: [0x8c, "none"],
  f32_nearest: [0x90, "none"],
  f32_sqrt: [0x91, "none"],
  f32_add: [0x92, "none"],
  f32_sub: [0x93, "none"],
  f32_mul: [0x94, "none"],
  f32_div: [0x95, "none"],
  f64_abs: [0x99, "none"],
  f64_neg: [0x9a, "none"],
  f64_ceil: [0x9b, "none"],
  f64_floor: [0x9c, "none"],
  f64_trunc: [0x9d, "none"],
  f64_nearest: [0x9e, "none"],
  f64_sqrt: [0x9f, "none"],
  f64_add: [0xa0, "none"],
  f64_sub: [0xa1, "none"],
  f64_mul: [0xa2, "none"],
  f64_div: [0xa3, "none"],
  i32_wrap_i64: [0xa7, "none"],
  i64_extend_i32_s: [0xac, "none"],
  i64_extend_i32_u: [0xad, "none"],
  f32_convert_i32_s: [0xb2, "none"],
  f32_demote_f64: [0xb6, "none"],
  f64_convert_i32_s: [0xb7, "none"],
  f64_convert_i32_u: [0xb8, "none"],
  f64_promote_f32: [0xbb, "none"],
  i32_reinterpret_f32: [0xbc, "none"],
  i64_reinterpret_f64: [0xbd, "none"],
  f32_reinterpret_i32: [0xbe, "none"],
  f64_reinterpret_i64: [0xbf, "none"],
  i32_extend8_s: [0xc0, "none"],
  i32_extend16_s: [0xc1, "none"],
  i32_trunc_sat_f32_s: [0xfc00, "none"],
  i32_trunc_sat_f64_s: [0xfc02, "none"],
  memory_copy: [0xfc0a, "two indices"],
  memory_fill: [0xfc0b, "index"],
  v128_load: [0xfd00, "memory argument"],
  v128_store: [0xfd0b, "memory argument"],
  v128_const: [0xfd0c, "v128"],
  f32x4_splat: [0xfd13, "none"],
  f64x2_splat: [0xfd14, "none"],
  i32x4_extract_lane: [0xfd1b, "lane"],
  i32x4_replace_lane: [0xfd1c, "lane"],
  i64x2_extract_lane: [0xfd1d, "lane"],
  i64x2_replace_lane: [0xfd1e, "lane"],
  f32x4_extract_lane: [0xfd1f, "lane"],
  f32x4_replace_lane: [0xfd20, "lane"],
  f64x2_extract_lane: [0xfd21, "lane"],
  f64x2_replace_lane: [0xfd22, "lane"],
  v128_and: [0xfd4e, "none"],
  v128_andnot: [0xfd4f, "none"],
  v128_or: [0xfd50, "none"],
  v128_xor: [0xfd51, "none"],
  v128_load32_zero: [0xfd5c, "memory argument"],
  v128_load64_zero: [0xfd5d, "memory argument"],
  i32x4_shl: [0xfdab, "none"],
} as const satisfies Record<string, readonly [number, Immediate]>;

export type InstructionName = keyof typeof INSTRUCTIONS;

/** Opcodes by name. */
export const Op = Object.fromEntries(Object.entries(INSTRUCTIONS).map(([name, [opcode]]) => [name, opcode])) as {
  readonly [name in InstructionName]: number;
};

/** The name in the text format: `i32_load8_u` is `i32.load8_u`. */
export function textName(name: string): string {
  return name.replace(/^(i32|i64|f32|f64|v128|i32x4|i64x2|f32x4|f64x2|local|global|memory)_/, "$1.");
}
