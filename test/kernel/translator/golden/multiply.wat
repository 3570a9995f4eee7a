;; Products: truncated, and of 64 bits.
;; 0x00001000  0f af c3              imul eax, ebx
  local.get $eax
  local.get $ebx
  i32.mul
  local.set $eax
;; 0x00001003  6b 0e 64              imul ecx, [esi], 0x64
  local.get $esi
  i32.load
  i32.const 100
  i32.mul
  local.set $ecx
;; 0x00001006  f7 e2                 mul edx
  local.get $eax
  i64.extend_i32_u
  local.get $edx
  i64.extend_i32_u
  i64.mul
  local.tee $value64
  i32.wrap_i64
  local.set $eax
  local.get $value64
  i64.const 32
  i64.shr_u
  i32.wrap_i64
  local.set $edx
;; 0x00001008  f7 ef                 imul edi
  local.get $eax
  i64.extend_i32_s
  local.get $edi
  i64.extend_i32_s
  i64.mul
  local.tee $value64
  i32.wrap_i64
  local.set $eax
  local.get $value64
  i64.const 32
  i64.shr_u
  i32.wrap_i64
  local.set $edx
;; 0x0000100a  c3                    ret
  local.get $stack
  i32.load
  local.set $eip
  local.get $fuel
  i32.const -5
  i32.add
  local.set $fuel
  local.get $ecx
  global.set $ecx
  local.get $edx
  global.set $edx
  local.get $edi
  global.set $edi
  local.get $fuel
  i64.extend_i32_u
  i64.const 32
  i64.shl
  local.get $eip
  i64.extend_i32_u
  i64.or
  local.get $eax
  return
  unreachable
