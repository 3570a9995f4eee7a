;; 64-bit addition in two halves.
;; 0x00001000  01 c8                 add eax, ecx
  local.get $eax
  local.tee $flags.a
  local.get $ecx
  local.tee $flags.b
  i32.add
  local.tee $flags.result
  local.set $eax
;; 0x00001002  11 da                 adc edx, ebx
  local.get $flags.result
  local.get $flags.a
  i32.lt_u
  local.set $local18
  local.get $edx
  local.get $ebx
  i32.add
  local.get $local18
  i32.add
  local.set $edx
;; 0x00001004  c3                    ret
  local.get $stack
  i32.load
  local.set $eip
  local.get $fuel
  i32.const -3
  i32.add
  local.set $fuel
  local.get $edx
  global.set $edx
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
