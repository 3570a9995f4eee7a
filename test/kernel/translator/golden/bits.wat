;; Searching and testing bits; byte order.
;; 0x00001000  0f bc c1              bsf eax, ecx
  local.get $ecx
  i32.const -1
  i32.and
  local.set $local18
  local.get $local18
  i32.ctz
  local.get $eax
  local.get $local18
  select
  local.set $eax
;; 0x00001003  0f ba e2 05           bt edx, 0x5
  local.get $edx
  local.set $local19
  i32.const 5
  i32.const 31
  i32.and
  local.set $local20
  local.get $local19
  local.get $local20
  i32.shr_u
  i32.const 1
  i32.and
  local.set $flags.a
;; 0x00001007  83 d3 00              adc ebx, 0x0
  local.get $flags.a
  i32.const 1
  i32.and
  local.set $local21
  local.get $ebx
  i32.const 0
  i32.add
  local.get $local21
  i32.add
  local.set $ebx
;; 0x0000100a  0f ce                 bswap esi
  local.get $esi
  i32.const 8
  i32.rotl
  i32.const 16711935
  i32.and
  local.get $esi
  i32.const 8
  i32.rotr
  i32.const -16711936
  i32.and
  i32.or
  local.set $esi
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
  local.get $esi
  global.set $esi
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
