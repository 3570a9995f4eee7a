;; 64-bit subtraction and negation in two halves.
;; 0x00001000  2b 44 24 04           sub eax, [esp+0x4]
  local.get $eax
  local.tee $flags.a
  local.get $stack
  i32.load offset=4
  local.tee $flags.b
  i32.sub
  local.tee $flags.result
  local.set $eax
;; 0x00001004  1b 54 24 08           sbb edx, [esp+0x8]
  local.get $flags.a
  local.get $flags.b
  i32.lt_u
  local.set $local18
  local.get $edx
  local.get $stack
  i32.load offset=8
  i32.sub
  local.get $local18
  i32.sub
  local.set $edx
;; 0x00001008  f7 d8                 neg eax
  local.get $eax
  local.set $flags.b
  i32.const 0
  local.tee $flags.a
  local.get $flags.b
  i32.sub
  local.tee $flags.result
  local.set $eax
;; 0x0000100a  83 d2 00              adc edx, 0x0
  local.get $flags.a
  local.get $flags.b
  i32.lt_u
  local.set $local19
  local.get $edx
  i32.const 0
  i32.add
  local.get $local19
  i32.add
  local.set $edx
;; 0x0000100d  f7 da                 neg edx
  local.get $edx
  local.set $value
  i32.const 0
  local.get $value
  i32.sub
  local.set $edx
;; 0x0000100f  c3                    ret
  local.get $stack
  i32.load
  local.set $eip
  local.get $fuel
  i32.const -6
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
