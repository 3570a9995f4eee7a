;; Exchanges, conditional and with addition.
;; 0x00001000  93                    xchg ebx, eax
  local.get $ebx
  local.get $eax
  local.set $ebx
  local.set $eax
;; 0x00001001  f0 0f b1 11           lock cmpxchg [ecx], edx
  local.get $ecx
  local.tee $address
  i32.load
  local.set $flags.b
  local.get $eax
  local.set $flags.a
  local.get $edx
  local.get $flags.b
  local.get $flags.a
  local.get $flags.b
  i32.eq
  select
  local.set $local18
  local.get $flags.b
  local.set $eax
  local.get $local18
  local.set $value
  local.get $address
  local.get $value
  i32.store
  local.get $flags.a
  local.get $flags.b
  i32.sub
  local.set $flags.result
;; 0x00001005  0f 94 c0              sete al
  local.get $flags.a
  local.get $flags.b
  i32.eq
  i32.const 255
  i32.and
  local.get $eax
  i32.const -256
  i32.and
  i32.or
  local.set $eax
;; 0x00001008  f0 0f c1 3e           lock xadd [esi], edi
  local.get $esi
  local.tee $address
  i32.load
  local.tee $local19
  local.tee $flags.a
  local.get $edi
  local.tee $flags.b
  i32.add
  local.set $flags.result
  local.get $flags.result
  local.set $value
  local.get $address
  local.get $value
  i32.store
  local.get $local19
  local.set $edi
;; 0x0000100c  c3                    ret
  local.get $stack
  i32.load
  local.set $eip
  local.get $fuel
  i32.const -5
  i32.add
  local.set $fuel
  local.get $ebx
  global.set $ebx
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
