;; Moves between registers, constants and memory.
;; 0x00001000  89 d8                 mov eax, ebx
  local.get $ebx
  local.set $eax
;; 0x00001002  b9 78 56 34 12        mov ecx, 0x12345678
  i32.const 305419896
  local.set $ecx
;; 0x00001007  8b 55 08              mov edx, [ebp+0x8]
  local.get $ebp
  i32.const 8
  i32.add
  i32.load
  local.set $edx
;; 0x0000100a  89 4d fc              mov [ebp-0x4], ecx
  local.get $ebp
  i32.const -4
  i32.add
  local.get $ecx
  i32.store
;; 0x0000100d  c7 05 00 20 00 00 07 00 00 00 mov dword ptr [0x2000], 0x7
  i32.const 0
  i32.const 7
  i32.store offset=8192
;; 0x00001017  c3                    ret
  local.get $stack
  i32.load
  local.set $eip
  local.get $fuel
  i32.const -6
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
