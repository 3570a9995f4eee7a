;; Conditions that become values: SETcc and CMOVcc.
;; 0x00001000  39 d8                 cmp eax, ebx
  local.get $eax
  local.tee $flags.a
  local.get $ebx
  local.tee $flags.b
  i32.sub
  local.tee $flags.result
  drop
;; 0x00001002  0f 92 c1              setb cl
  local.get $flags.a
  local.get $flags.b
  i32.lt_u
  i32.const 255
  i32.and
  local.get $ecx
  i32.const -256
  i32.and
  i32.or
  local.set $ecx
;; 0x00001005  0f 4d d6              cmovge edx, esi
  local.get $esi
  local.get $edx
  local.get $flags.a
  local.get $flags.b
  i32.ge_s
  select
  local.set $edx
;; 0x00001008  c3                    ret
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
