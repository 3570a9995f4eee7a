;; INC and DEC leave the carry of what came before.
;; 0x00001000  01 d8                 add eax, ebx
  local.get $eax
  local.tee $flags.a
  local.get $ebx
  local.tee $flags.b
  i32.add
  local.tee $flags.result
  local.set $eax
;; 0x00001002  41                    inc ecx
  local.get $flags.result
  local.get $flags.a
  i32.lt_u
  local.set $flags.a
  local.get $ecx
  i32.const 1
  i32.add
  local.tee $flags.result
  local.set $ecx
;; 0x00001003  83 d2 00              adc edx, 0x0
  local.get $flags.a
  i32.const 1
  i32.and
  local.set $local18
  local.get $edx
  i32.const 0
  i32.add
  local.get $local18
  i32.add
  local.set $edx
;; 0x00001006  c3                    ret
  local.get $stack
  i32.load
  local.set $eip
  local.get $fuel
  i32.const -4
  i32.add
  local.set $fuel
  local.get $ecx
  global.set $ecx
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
