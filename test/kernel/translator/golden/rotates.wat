;; Rotates, of 32 and of 8 bits.
;; 0x00001000  c1 c0 07              rol eax, 0x7
  local.get $eax
  i32.const 7
  i32.rotl
  local.set $eax
;; 0x00001003  d3 cb                 ror ebx, cl
  local.get $ebx
  local.get $ecx
  i32.const 31
  i32.and
  i32.rotr
  local.set $ebx
;; 0x00001005  c0 c2 04              rol dl, 0x4
  local.get $edx
  i32.extend8_s
  i32.const 255
  i32.and
  local.tee $local18
  local.get $local18
  i32.const 8
  i32.shl
  i32.or
  i32.const 4
  i32.shl
  i32.const 8
  i32.shr_u
  i32.extend8_s
  i32.const 255
  i32.and
  local.get $edx
  i32.const -256
  i32.and
  i32.or
  local.set $edx
;; 0x00001008  c3                    ret
  local.get $stack
  i32.load
  local.set $eip
  local.get $fuel
  i32.const -4
  i32.add
  local.set $fuel
  local.get $edx
  global.set $edx
  local.get $ebx
  global.set $ebx
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
