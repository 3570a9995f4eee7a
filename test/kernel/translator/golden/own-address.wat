;; Code learns where it is, as clang compiles for any address: no call is made.
;; 0x00001000  e8 00 00 00 00        call 0x1005
  local.get $stack
  i32.const 4101
  i32.store
;; 0x00001005  5b                    pop ebx
  local.get $stack
  i32.load
  local.set $ebx
;; 0x00001006  8d 43 08              lea eax, [ebx+0x8]
  local.get $ebx
  i32.const 8
  i32.add
  local.set $eax
;; 0x00001009  c3                    ret
  local.get $stack
  i32.load offset=4
  local.set $eip
  local.get $fuel
  i32.const -4
  i32.add
  local.set $fuel
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
