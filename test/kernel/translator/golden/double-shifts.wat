;; SHLD and SHRD, as compilers shift 64 bits.
;; 0x00001000  0f a4 c2 05           shld edx, eax, 0x5
  local.get $edx
  local.set $local18
  local.get $local18
  i32.const 5
  i32.shl
  local.get $eax
  i32.const 27
  i32.shr_u
  i32.or
  local.set $edx
;; 0x00001004  0f ad d0              shrd eax, edx, cl
  local.get $eax
  local.set $local19
  local.get $local19
  local.get $ecx
  i32.const 31
  i32.and
  i32.shr_u
  local.get $edx
  i32.const 1
  i32.shl
  local.get $ecx
  i32.const 31
  i32.and
  i32.const 31
  i32.xor
  i32.shl
  i32.or
  local.set $eax
;; 0x00001007  c3                    ret
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
